from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from lib.marks import PersonMark
from lib.names import OneLineField
from lib.natural_order import NaturalKeyField, named
from lib.texts import NO_NAMES, Personal
from lib.time_zones import validate_time_zone
from people.models.invitation import Invitation


class UserQuerySet(models.QuerySet["User"]):
    def of_mailbox(self, address: str) -> "User | None":
        """Return whose present address it is. Each database folds case in its own way, further than mailboxes do."""
        found = self.filter(email__iexact=address, is_active=True)
        return next((person for person in found if person.email.lower() == address.lower()), None)

    def named_like(self, text: str) -> "UserQuerySet":
        """Return people whose names or address contain every word of the text."""
        people = self
        for word in text.split():
            people = people.filter(
                models.Q(name__icontains=word)
                | models.Q(short_name__icontains=word)
                | models.Q(email__icontains=word)
            )
        return people

    def with_names(self, text: str) -> "UserQuerySet":
        """Return people whose names have a word that begins with each word of the text, whatever its accents."""
        return self.filter(named("name_key", text))

    def never_signed_in(self) -> "UserQuerySet":
        """The same rule as `people.actions.invitations.has_signed_in`."""
        return self.filter(is_staff=False, last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def have_signed_in(self) -> "UserQuerySet":
        return self.exclude(is_staff=False, last_login=None, password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def mailable(self) -> "UserQuerySet":
        """People whom mails reach. People who never signed in get an invitation, and nothing else."""
        return self.filter(is_active=True, anonymised_at=None).have_signed_in()

    def invited(self, now: datetime) -> "UserQuerySet":
        """People who have not signed in, and have an invitation or get one by the next mail."""
        return self.never_signed_in().filter(_is_invited(now))

    def not_invited(self, now: datetime) -> "UserQuerySet":
        """People who could sign in, have not, and wait for no invitation: it is missing, over, or was refused."""
        return self.never_signed_in().filter(~_is_invited(now), is_active=True)


def _is_invited(now: datetime) -> models.Exists:
    return models.Exists(Invitation.objects.sent_or_waiting(now).filter(person=models.OuterRef("pk")))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Without a password, the person signs in with a code by e-mail or an invitation."""
        if not email:
            raise ValueError("A person needs an e-mail address.")
        user: User = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        person: User = self.get(email__iexact=email)
        return person


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Permissions follow from relations (studies, mentors, administers), not from a flag."""

    email = models.EmailField("e-mail address", unique=True)
    name = OneLineField(max_length=150, validators=[MinLengthValidator(1)])
    # Searched by, as it is folded: "ines" finds "Inês".
    name_key = NaturalKeyField(of="name", max_length=300, default="", editable=False)
    short_name = OneLineField("what we call you", max_length=50, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, validators=[validate_time_zone])
    is_active = models.BooleanField("may sign in", default=True)
    is_staff = models.BooleanField("site admin", default=False, help_text="May use the Django admin.")
    date_joined = models.DateTimeField(default=timezone.now)
    anonymised_at = models.DateTimeField(null=True, blank=True)

    _own = Personal(by=("pk",), is_own=True)
    texts = {
        "name": _own,
        "name_key": _own,
        "short_name": _own,
        "email": _own,
        "password": NO_NAMES,
        "time_zone": NO_NAMES,
    }
    told = ("time_zone",)
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_in_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def mark(self) -> PersonMark:
        """As a mentor or course admin; `Group.marks` has those of students."""
        return PersonMark(str(self), self.get_short_name()[:1].upper())

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        """The name to call the person by: as they wish, else the first word of the full name."""
        return self.short_name or (self.name.split(" ")[0] if self.name else self.email)
