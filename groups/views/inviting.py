from datetime import datetime

from django.conf import settings
from django.db import transaction

from lib.refusals import Refused
from lib.text import counted
from people.actions.invitations import invite, queue_invitation
from people.actions.proof import require_proof
from people.models import Invitation, User


def invited(*, email: str, name: str, by: User, at: datetime) -> tuple[User, str]:
    """Return the person with this address, and a sentence about their invitation ("" if they need none).

    Raises:
        Refused: the person is new and no name was given, or has a disabled account.
    """
    person, invitation = person_of(email=email, name=name, by=by, at=at)
    return person, mailed(invitation, at=at) if invitation else ""


@transaction.atomic
def person_of(*, email: str, name: str, by: User, at: datetime) -> tuple[User, Invitation | None]:
    """Return the person with this address, and their invitation if it is to be mailed. Create the person if necessary.

    An open invitation that was mailed stays as it is, because a new one would break the link in the e-mail.

    Raises:
        Refused: the person is new and no name was given, or has a disabled account.
    """
    known = User.objects.filter(email__iexact=email.strip()).first()
    if known is None and not name.strip():
        raise Refused("This address is new to Trefoil. Enter a name too.")
    if known is not None:
        require_proof(people=[known.pk], by=by)
        known.refresh_from_db()
        earlier = known.invitations.open(at).first()
        if earlier is not None and known.is_active:
            return known, earlier if earlier.sent_at is None else None
    invitation = invite(email=email, name=name, by=by, at=at)
    person = invitation.person if invitation else known
    return person or User.objects.get(email__iexact=email.strip()), invitation


def mailed(invitation: Invitation, *, at: datetime) -> str:
    """Let the worker mail an invitation, and return a sentence about it. Without mail, the user can copy the link."""
    if queue_invitation(invitation, at=at):
        return f"The invitation to {invitation.person.email} is being sent."
    return f"The invitation to {invitation.person.email} could not be sent. Copy its link instead."


def students_and_mentors(students: int, mentors: int) -> str:
    """Return for example "10 students and 1 mentor"; empty if there is nobody."""
    counts = ((students, "student"), (mentors, "mentor"))
    return " and ".join(counted(count, noun) for count, noun in counts if count)


def being_invited(count: int) -> str:
    """Say that the background process mails so many invitations."""
    if not settings.SENDS_MAIL:
        return "Trefoil cannot send e-mail here: copy the links of their invitations instead."
    if not count:
        return ""
    return "The invitation is being sent." if count == 1 else f"{count} invitations are being sent."
