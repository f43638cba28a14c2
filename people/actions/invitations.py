"""Invite a person, send the link, revoke it. There is no sign-up: everyone except operators is invited."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from people.models import Invitation, User

_SALT = "people.invitation"


class InvitationError(Exception):
    """The invitation cannot be created or accepted. The message is shown to the user."""


@transaction.atomic
def invite(*, email: str, name: str, by: User, at: datetime) -> Invitation | None:
    """Create an invitation that replaces an earlier open one. Create the person if the address is new.

    Return None for a person who can already sign in: the link sets a password, so it would give away their account.

    Raises:
        InvitationError: the address is invalid, or its account is disabled.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvitationError(f"“{email}” is not an e-mail address.") from error
    person = User.objects.select_for_update().filter(email__iexact=address).first()
    if person is None:
        person = User.objects.create_user(address, name=name.strip() or address)
    if not person.is_active:
        raise InvitationError(f"The account of {person} is disabled; ask an operator.")
    if has_signed_in(person):
        return None
    person.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=at)
    return Invitation.objects.create(
        person=person, invited_by=by, invited_at=at, expires_at=at + timedelta(days=settings.INVITATION_DAYS)
    )


def has_signed_in(person: User) -> bool:
    """Whether the person has a password, or has signed in at least once.

    Always true for operators, so that no link can set their password. They sign in with a code by e-mail.
    """
    return person.is_staff or person.has_usable_password() or person.last_login is not None


def invitation_link(invitation: Invitation, request: HttpRequest) -> str:
    """Return the URL that accepts the invitation. It works once, until it expires or is revoked."""
    return request.build_absolute_uri(reverse("people:invitation-accept", args=[_token(invitation)]))


def _token(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=_SALT)


def send_invitation(invitation: Invitation, request: HttpRequest, *, at: datetime) -> None:
    context = {"invitation": invitation, "link": invitation_link(invitation, request)}
    EmailMessage(
        subject=f"{invitation.invited_by} invites you to Trefoil",
        body=render_to_string("people/email/invitation.txt", context),
        to=[invitation.person.email],
    ).send()
    invitation.sent_at = at
    invitation.save(update_fields=["sent_at"])


def revoke(*, invitation: Invitation, at: datetime) -> None:
    """Revoke an open invitation, so that its link stops working. An accepted invitation does not change."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=at)


def invitation_of(token: str, *, at: datetime, lock: bool = False) -> Invitation:
    """Return the invitation of a link.

    Raises:
        InvitationError: it is invalid, used, revoked or expired, or the person can already sign in.
    """
    rows = Invitation.objects.select_related("person", "invited_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    try:
        invitation = rows.get(pk=signing.loads(token, salt=_SALT))
    except (signing.BadSignature, Invitation.DoesNotExist) as error:
        raise InvitationError("This link is incomplete. Copy the whole link from the e-mail.") from error
    if invitation.accepted_at is not None or has_signed_in(invitation.person):
        raise InvitationError("This invitation has already been used. Sign in instead.")
    if not invitation.is_open(at) or not invitation.person.is_active:
        raise InvitationError(
            "This invitation has expired or was revoked. Ask the person who invited you for a new one."
        )
    return invitation


@transaction.atomic
def accept(*, token: str, name: str, password: str, at: datetime) -> User:
    """Set the name and password, and mark the address as verified.

    Raises:
        InvitationError: see `invitation_of`.
    """
    invitation = invitation_of(token, at=at, lock=True)
    person = invitation.person
    person.name = name.strip()
    person.set_password(password)
    person.save()
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    return person
