"""Find a person by address or make and invite them, and say in words what became of the mail."""

import logging
from datetime import datetime
from smtplib import SMTPException

from django.db import transaction
from django.http import HttpRequest

from groups.actions.invitations import sent_from_here
from people.actions.invitations import InvitationError, invite, send_invitation
from people.models import Invitation, User

logger = logging.getLogger(__name__)


def invited(request: HttpRequest, *, email: str, name: str, by: User, at: datetime) -> tuple[User, str]:
    """Return the person of this address, and a sentence on their invitation ("" when they need none).

    Raises:
        InvitationError: the person is new and no name was given, or may not sign in any more.
    """
    person, invitation = person_of(email=email, name=name, by=by, at=at)
    return person, mailed(request, invitation, at=at) if invitation else ""


@transaction.atomic
def person_of(*, email: str, name: str, by: User, at: datetime) -> tuple[User, Invitation | None]:
    """Return the person of this address, made if there is none, and their new invitation if they need one.

    An invitation that is open already stays the one: a new one would close the link that they have in their mail. One
    from elsewhere is replaced: whoever sent it could copy its link, and would come in as the person.

    Raises:
        InvitationError: the person is new and no name was given, or may not sign in any more.
    """
    known = User.objects.filter(email__iexact=email.strip()).first()
    if known is None and not name.strip():
        raise InvitationError("Nobody with this address is known to Trefoil yet: give their name too.")
    if known is not None and known.is_active and _is_invited_from_here(known, by=by, at=at):
        return known, None
    invitation = invite(email=email, name=name, by=by, at=at)
    person = invitation.person if invitation else known
    return person or User.objects.get(email__iexact=email.strip()), invitation


def _is_invited_from_here(person: User, *, by: User, at: datetime) -> bool:
    """Whether their open invitation is of somebody with whom `by` administers a course."""
    return person.invitations.open(at).filter(sent_from_here(by)).exists()


def mailed(request: HttpRequest, invitation: Invitation, *, at: datetime) -> str:
    """Mail an invitation and say so; if the mail cannot leave, say that, since the link can still be copied."""
    if is_mailed(request, invitation, at=at):
        return f"An invitation is on its way to {invitation.person.email}."
    return f"The invitation to {invitation.person.email} could not be mailed: copy its link instead."


def is_mailed(request: HttpRequest, invitation: Invitation, *, at: datetime) -> bool:
    """Mail an invitation; False, and a line in the log, if the mail cannot leave."""
    try:
        send_invitation(invitation, request, at=at)
    except (SMTPException, OSError):
        logger.exception("could not mail invitation %s", invitation.pk)
        return False
    return True
