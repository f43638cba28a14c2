from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from people.forgetting import Forgotten, forget_everywhere
from people.models import User


@transaction.atomic
def anonymise(*, person: User, at: datetime) -> User:
    """Permanently remove a person's name, address and sign-in.

    The row is not deleted, because progress, check-ins and questions refer to it.
    """
    person = User.objects.select_for_update().get(pk=person.pk)
    name, email = person.name, person.email
    person.name = f"Former person {person.pk}"
    person.email = f"former-{person.pk}@invalid.example"
    person.time_zone = ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.set_unusable_password()
    person.anonymised_at = at
    person.save()
    person.invitations.all().delete()
    person.address_changes.all().delete()
    UserSession.objects.filter(user=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    for session in Session.objects.filter(expire_date__gt=at).iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
    forget_everywhere(Forgotten(person.pk, name, email, person.name, person.email))
    return person
