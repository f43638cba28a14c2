"""Invite a person, send the link, revoke it. There is no sign-up: everyone except operators is invited."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import batched

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from lib.refusals import Refused
from people.actions.proof import prove_address
from people.models import Invitation, User

# The link in a mail and the link that a course admin copies are signed apart: only the first proves the mailbox.
_SALT = "people.invitation"
_MAILED_SALT = "people.invitation.mailed"
_IN_A_QUERY = 1_000


@transaction.atomic
def invite(*, email: str, name: str, by: User, at: datetime) -> Invitation | None:
    """Create an invitation that replaces an earlier open one. Create the person if the address is new.

    Return None for a person who can already sign in: the link signs in, so it would give away their account.

    Raises:
        Refused: the address is invalid, or its account is disabled.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(f"“{email}” is not an e-mail address.") from error
    people = User.objects.select_for_update().filter(email__iexact=address)
    person = people.first()
    if person is None:
        try:
            with transaction.atomic():
                person = User.objects.create_user(address, name=name.strip() or address)
        except IntegrityError:
            # Somebody else has just invited them.
            person = people.get()
    if not person.is_active:
        raise Refused(f"The account of {person} is disabled; ask a site admin.")
    if has_signed_in(person):
        return None
    person.invitations.filter(accepted_at=None, revoked_at=None).update(revoked_at=at)
    return Invitation.objects.create(
        person=person,
        invited_by=by,
        invited_at=at,
        expires_at=at + timedelta(days=settings.INVITATION_DAYS),
        is_mail_only=person.invitations.filter(is_mail_only=True).exists(),
    )


def has_signed_in(person: User) -> bool:
    """Whether the person has a password, or has signed in at least once.

    Always true for operators, so that no link signs in as one. They use a code by e-mail.
    """
    return person.is_staff or person.has_usable_password() or person.last_login is not None


def was_used(person: User) -> bool:
    """Whether somebody has been in the account, also if it was closed since: its address is theirs to change."""
    return has_signed_in(person) or person.invitations.filter(accepted_at__isnull=False).exists()


def is_of_others(person: User, by: User) -> bool:
    """Whether somebody else invited the person or gave them a role since: `by` does not change their address."""
    return person.invitations.filter(~Q(invited_by=by) | Q(is_mail_only=True)).exists()


def copied_link(invitation: Invitation) -> str:
    """Return the link that a course admin may hand over. Accepting it does not prove that the mailbox is theirs."""
    return _link(signing.dumps(invitation.pk, salt=_SALT))


def mailed_link(invitation: Invitation) -> str:
    """Return the link that goes out by mail alone: who accepts it has proved that the mailbox is theirs."""
    return _link(signing.dumps(invitation.pk, salt=_MAILED_SALT))


def _link(token: str) -> str:
    return f"{settings.SITE_URL}{reverse('tracker:invitation-accept', args=[token])}"


def queue_invitation(invitation: Invitation, *, at: datetime) -> bool:
    """Let the background process mail it. Return whether it can."""
    if settings.SENDS_MAIL:
        invitation.queued_at, invitation.tried_at, invitation.failure = at, None, ""
        invitation.save(update_fields=["queued_at", "tried_at", "failure"])
    return settings.SENDS_MAIL


def revoke(*, invitation: Invitation, at: datetime) -> None:
    """Revoke an open invitation, so that its link stops working. An accepted invitation does not change."""
    revoke_many(invitations=[invitation.pk], at=at)


def revoke_many(*, invitations: Collection[int], at: datetime) -> int:
    """Revoke those of these that are open; return how many."""
    open_ones = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return sum(
        open_ones.filter(pk__in=batch).update(revoked_at=at) for batch in batched(invitations, _IN_A_QUERY)
    )


def invitation_of(token: str, *, at: datetime, lock: bool = False) -> tuple[Invitation, bool]:
    """Return the invitation of a link, and whether the link is the mailed one.

    Raises:
        Refused: it is invalid, used, revoked or expired, the person can already sign in, or it was copied and
            somebody else has given the person a role since.
    """
    rows = Invitation.objects.select_related("person", "invited_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    pk, is_mailed = _read(token)
    invitation = rows.filter(pk=pk).first()
    if invitation is None:
        raise Refused(_INCOMPLETE)
    if invitation.accepted_at is not None or has_signed_in(invitation.person):
        raise Refused("This invitation has already been used. Sign in instead.")
    if not invitation.is_open(at) or not invitation.person.is_active:
        raise Refused(
            "This invitation has expired or was revoked. Ask the person who invited you for a new one."
        )
    if invitation.is_mail_only and not is_mailed:
        raise Refused(
            "This link no longer works. Use the link in the e-mail that Trefoil sent you, or sign in with a code by"
            " e-mail."
        )
    return invitation, is_mailed


_INCOMPLETE = "This link is incomplete. Copy the whole link from the e-mail."


def _read(token: str) -> tuple[int, bool]:
    for salt, is_mailed in ((_MAILED_SALT, True), (_SALT, False)):
        try:
            return signing.loads(token, salt=salt), is_mailed
        except signing.BadSignature:
            continue
    raise Refused(_INCOMPLETE)


@transaction.atomic
def accept(*, token: str, name: str, short_name: str = "", password: str = "", at: datetime) -> User:
    """Set the names, and the password if one was chosen. Only the mailed link proves the address.

    Raises:
        Refused: see `invitation_of`.
    """
    invitation, is_mailed = invitation_of(token, at=at, lock=True)
    person = invitation.person
    if is_mailed:
        prove_address(person)
    else:
        EmailAddress.objects.get_or_create(user=person, email=person.email, defaults={"primary": True})
    person.name, person.short_name = name.strip(), short_name
    person.set_password(password or None)
    person.save()
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    return person
