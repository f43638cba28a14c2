from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string

from courses.models import Cohort
from groups.access import refuse_if_closed
from groups.models import Enrolment, Group, Mentorship
from lib.refusals import Refused
from lib.text import counted, joined
from people.actions.accounts import invite_many
from people.actions.invitations import has_signed_in, invite, queue_invitation, revoke
from people.actions.limits import INVITATIONS, check_invitation, spend
from people.actions.proof import require_proof
from people.models import Invitation, User
from people.models.user import UserQuerySet
from people.outbox import mail_account


def people_in(cohort: Cohort, now: datetime) -> UserQuerySet:
    """Return the students and mentors of a cohort who have not left."""
    today = cohort.today(now)
    people: UserQuerySet = User.objects.filter(
        Exists(Enrolment.objects.not_ended(today).filter(person=OuterRef("pk"), cohort=cohort))
        | Exists(Mentorship.objects.not_ended(today).filter(person=OuterRef("pk"), group__cohort=cohort))
    )
    return people


def invite_all(*, cohort: Cohort, by: User, at: datetime) -> int:
    """Invite the students and mentors of a cohort who are not invited, in the background. Return how many.

    403 in a closed cohort.
    """
    refuse_if_closed(by, cohort, at)
    _, count = invite_many(people=list(people_in(cohort, at).not_invited(at)), by=by, at=at)
    return count


@transaction.atomic
def revoke_invitation(*, person: User, by: User, at: datetime) -> None:
    """Revoke the open invitation. If a colleague made it, they are told, and so is the person if it was mailed."""
    for invitation in person.invitations.open(at).select_related("invited_by"):
        revoke(invitation=invitation, at=at)
        if invitation.invited_by == by:
            continue
        readers = [invitation.invited_by, *([person] if invitation.sent_at else [])]
        for reader in readers:
            context = {"reader": reader, "person": person, "invited_by": invitation.invited_by, "by": by}
            body = render_to_string("groups/email/invitation_revoked.txt", context)
            subject = "Your invitation to Trefoil was revoked"
            if reader != person:
                subject = f"{by} revoked your invitation for {person}"
            mail_account(person=reader, address=reader.email, subject=subject, body=body, at=at)


@transaction.atomic
def invite_again(*, group: Group, by: User, at: datetime) -> list[User]:
    """Mail a new invitation to the members of a group who were mailed one and have not signed in.

    Return whom; nobody where no mail is sent, for the links that a course admin handed over go on. 403 in a closed
    cohort.

    Raises:
        Refused: one of them may not be mailed another one now.
    """
    refuse_if_closed(by, group.cohort, at)
    if not settings.SENDS_MAIL:
        return []
    invited = Exists(Invitation.objects.filter(person=OuterRef("enrolment__person")).exclude(queued_at=None))
    stays = group.members_on(group.cohort.today(at)).filter(invited)
    people = [stay.enrolment.person for stay in stays]
    waiting = [person for person in people if person.is_active and not has_signed_in(person)]
    spend(INVITATIONS, by=by, at=at, number=len(waiting))
    for person in waiting:
        check_invitation(to=person.email, at=at)
        if invitation := invite(email=person.email, name=person.name, by=by, at=at):
            queue_invitation(invitation, at=at)
    return waiting


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
    return joined(counted(count, noun) for count, noun in counts if count)


def being_invited(count: int) -> str:
    """Say that the background process mails so many invitations."""
    if not settings.SENDS_MAIL:
        return "Trefoil cannot send e-mail here: copy the links of their invitations instead."
    if not count:
        return ""
    return "The invitation is being sent." if count == 1 else f"{count} invitations are being sent."
