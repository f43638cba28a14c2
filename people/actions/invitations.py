"""Invite a person, send the link, take it back. Nobody signs up: this is the only way in besides the operator's."""

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
    """The invitation cannot be given or taken; the message says what to do, for people."""


@transaction.atomic
def invite(*, email: str, name: str, by: User, at: datetime) -> Invitation | None:
    """Make the person if there is none with this address, and an invitation that replaces an earlier open one.

    Returns None for somebody who can sign in already, since a link that sets a password would hand over their account.

    Raises:
        InvitationError: the address is none, or its person may not sign in any more.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvitationError(f"“{email}” is no e-mail address.") from error
    person = User.objects.select_for_update().filter(email__iexact=address).first()
    if person is None:
        person = User.objects.create_user(address, name=name.strip() or address)
    if not person.is_active:
        raise InvitationError(f"{person} may not sign in any more; ask an operator.")
    if has_signed_in(person):
        return None
    person.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=at)
    return Invitation.objects.create(
        person=person, invited_by=by, invited_at=at, expires_at=at + timedelta(days=settings.INVITATION_DAYS)
    )


def has_signed_in(person: User) -> bool:
    """Say whether the account is in its person's hands: they have a password, or have signed in once.

    An operator's always is: a link that sets its password would hand over everything. They sign in by a mailed code.
    """
    return person.is_staff or person.has_usable_password() or person.last_login is not None


def invitation_link(invitation: Invitation, request: HttpRequest) -> str:
    """Return the whole address that accepts the invitation; works once, until it expires or is taken back."""
    return request.build_absolute_uri(reverse("people:invitation-accept", args=[_token(invitation)]))


def _token(invitation: Invitation) -> str:
    return signing.dumps(invitation.pk, salt=_SALT)


def send_invitation(invitation: Invitation, request: HttpRequest, *, at: datetime) -> None:
    """Mail the link to the person."""
    context = {"invitation": invitation, "link": invitation_link(invitation, request)}
    EmailMessage(
        subject=f"{invitation.invited_by} invites you to Trefoil",
        body=render_to_string("people/email/invitation.txt", context),
        to=[invitation.person.email],
    ).send()
    invitation.sent_at = at
    invitation.save(update_fields=["sent_at"])


def revoke(*, invitation: Invitation, at: datetime) -> None:
    """Take an open invitation back: its link stops working. One accepted in the meantime stays accepted."""
    Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None).update(revoked_at=at)


def invitation_of(token: str, *, at: datetime, lock: bool = False) -> Invitation:
    """Return the invitation of a link.

    Raises:
        InvitationError: it was not made here, was used or taken back, or has expired; or the person can sign in.
    """
    rows = Invitation.objects.select_related("person", "invited_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    try:
        invitation = rows.get(pk=signing.loads(token, salt=_SALT))
    except (signing.BadSignature, Invitation.DoesNotExist) as error:
        raise InvitationError("This link is not complete. Copy it whole from the mail.") from error
    if invitation.accepted_at is not None or has_signed_in(invitation.person):
        raise InvitationError("This invitation was accepted already. Sign in instead.")
    if not invitation.is_open(at) or not invitation.person.is_active:
        raise InvitationError(
            "This invitation has expired or was taken back. Ask who invited you for a new one."
        )
    return invitation


@transaction.atomic
def accept(*, token: str, name: str, password: str, at: datetime) -> User:
    """Take the invitation: the person gets the name and password they chose, and their address counts as theirs.

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
