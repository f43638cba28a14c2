from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string

from courses.models import Cohort
from groups.access import refuse_if_closed
from groups.models import Enrolment, Group, Membership, Mentorship
from people.actions.accounts import invite_many
from people.actions.invitations import has_signed_in, invite, queue_invitation, revoke
from people.actions.limits import INVITATIONS, check_invitation, spend
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
    stays = (
        Membership.objects.open(group.cohort.today(at))
        .filter(group=group)
        .select_related("enrolment__person")
    )
    invited = Exists(Invitation.objects.filter(person=OuterRef("enrolment__person")).exclude(queued_at=None))
    people = [
        stay.enrolment.person for stay in stays.filter(invited).order_by("enrolment__person__name", "pk")
    ]
    waiting = [person for person in people if person.is_active and not has_signed_in(person)]
    spend(INVITATIONS, by=by, at=at, number=len(waiting))
    for person in waiting:
        check_invitation(to=person.email, at=at)
        if invitation := invite(email=person.email, name=person.name, by=by, at=at):
            queue_invitation(invitation, at=at)
    return waiting
