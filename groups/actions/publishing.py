"""Publish the groups that are proposed, all at once and with their people, and undo that before anybody is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Prefetch, Q

from courses.models import Cohort
from groups.access import without_group
from groups.actions.enrolment import join_many, raise_first
from groups.actions.forming import opened_proposal
from groups.actions.group import open_groups
from groups.actions.locking import locked_groups, locked_open_cohort
from groups.actions.mentorship import assign_many
from groups.actions.plan import calendar_plan
from groups.models import (
    Group,
    Membership,
    MentorAway,
    Mentorship,
    PlanItem,
    Proposal,
    ProposedGroup,
    ProposedStay,
)
from lib.history import record_deletions
from lib.references import references_to
from lib.refusals import Refused
from lib.weeks import Week
from people.actions.accounts import invite_many
from people.audit import record
from people.models import Deed, Invitation, User
from people.models.user import UserQuerySet
from people.outbox import UNDONE_SOON, tell_each

_BATCH = 500
# Of the stays, in their history.
_REASON = "groups formed"


@dataclass(frozen=True, slots=True)
class ProposedPeople:
    """Whom publishing brings into groups: students, and mentors who study in none of them."""

    students: UserQuerySet
    mentors: UserQuerySet

    @property
    def all(self) -> UserQuerySet:
        either = Q(pk__in=self.students.values("pk")) | Q(pk__in=self.mentors.values("pk"))
        people: UserQuerySet = User.objects.filter(either)
        return people


def proposed_people(proposal: Proposal) -> ProposedPeople:
    """Leave out groups without students: they are not published."""
    stays = ProposedStay.objects.filter(group__proposal=proposal)
    groups = proposal.groups.filter(Exists(stays.filter(group=OuterRef("pk"))))
    students = User.objects.filter(pk__in=stays.values("enrolment__person"))
    mentors = User.objects.filter(pk__in=groups.values("mentor")).exclude(pk__in=students.values("pk"))
    return ProposedPeople(students, mentors)


@dataclass(frozen=True, slots=True)
class Published:
    """The groups, how many of their students and mentors had not been invited, and how many have signed in before."""

    groups: list[Group]
    students: int
    mentors: int
    told: int


@transaction.atomic
def publish(
    *,
    cohort: Cohort,
    version: int,
    on: date,
    is_next_week: bool = False,
    is_inviting: bool = False,
    is_telling: bool = True,
    by: User,
    at: datetime,
) -> Published:
    """Make the proposed groups with their students and mentors from that day, or from their enrolment if it is later.

    Of two who publish at once, the second is refused. 403 in a closed cohort.

    Args:
        is_next_week: the first week of their plans is next week, instead of that in which the cohort begins. If they
            are its first groups, the cohort begins then: its weeks are counted from there, as the plans run.
        is_inviting: mail an invitation to those of them who were not invited.
        is_telling: tell those who have signed in.

    Raises:
        Refused: the proposal is not the one that was seen, somebody in it has left or joined another group, or a rule
            of groups refuses somebody.
    """
    proposal = opened_proposal(cohort, by=by, at=at, version=version)
    waiting = {row.pk: row for row in without_group(cohort, at)}
    stays = ProposedStay.objects.select_related("enrolment__person").order_by("enrolment__person__name", "pk")
    proposed = [
        group
        for group in proposal.groups.select_related("mentor")
        .prefetch_related(Prefetch("stays", stays))
        .order_by("sort_key", "pk")
        if group.stays.all()
    ]
    gone = [
        str(stay.enrolment.person)
        for group in proposed
        for stay in group.stays.all()
        if stay.enrolment_id not in waiting
    ]
    if gone:
        raise Refused(
            f"In a group already, or no longer enrolled: {', '.join(gone)}."
            " Remove them from the proposal, or form the groups again."
        )
    next_week = Week.of(cohort.today(at)).next().starts_on
    plan = calendar_plan(proposal.cohort, next_week)
    if is_next_week and not proposal.cohort.groups.exists():
        proposal.cohort.starts_on = next_week
        proposal.cohort.touch(by=by, at=at)
        proposal.cohort.save()
    groups, _ = open_groups(
        cohort=proposal.cohort,
        groups=[Group(cohort=proposal.cohort, name=group.name) for group in proposed],
        plans=dict.fromkeys((group.name for group in proposed), plan) if is_next_week else None,
        by=by,
        at=at,
    )
    _fill(list(zip(groups, proposed, strict=True)), on, cohort.today(at), by=by, at=at)
    placed = [stay.enrolment.person_id for group in proposed for stay in group.stays.all()]
    if placed:
        record(
            Deed.Kind.MOVE, "published groups of {thing}: {people}", thing=cohort, people=placed, by=by, at=at
        )
    people = proposed_people(proposal)
    told = people.all.mailable().exclude(pk=by.pk).count()
    if is_telling:
        tell_each("group_formed", [{"group": group.pk} for group in groups], by=by, at=at)
    students, mentors = (
        invite_many(people=list(each), by=by, at=at, waits=UNDONE_SOON)[1]
        if is_inviting
        else each.not_invited(at).count()
        for each in (people.students, people.mentors)
    )
    proposal.delete()
    return Published(groups, students, mentors, told)


def _fill(
    pairs: Sequence[tuple[Group, ProposedGroup]], on: date, today: date, *, by: User, at: datetime
) -> None:
    enrolments = [stay.enrolment for _, proposed in pairs for stay in proposed.stays.all()]
    left_on: dict[int, date] = {}
    for batch in batched(enrolments, _BATCH):
        ended = (
            Membership.objects.filter(enrolment__in=batch).values_list("enrolment").annotate(Max("ended_on"))
        )
        left_on |= {pk: day for pk, day in ended if day}
    _, _, refusals = join_many(
        stays=[
            Membership(
                enrolment=stay.enrolment,
                group=group,
                started_on=max(on, stay.enrolment.started_on, left_on.get(stay.enrolment_id, on)),
            )
            for group, proposed in pairs
            for stay in proposed.stays.all()
        ],
        on=today,
        by=by,
        at=at,
        reason=_REASON,
    )
    raise_first(refusals)
    assign_many(
        mentorships=[
            Mentorship(group=group, person=proposed.mentor, started_on=min(on, today))
            for group, proposed in pairs
            if proposed.mentor is not None
        ],
        on=today,
        by=by,
        at=at,
    )


@transaction.atomic
def undo_publishing(
    *, cohort: Cohort, published_at: datetime, starts_on: date, by: User, at: datetime
) -> Proposal:
    """Propose again the groups that were published then, while nobody has heard of them. 403 in a closed cohort.

    Their invitations that wait are taken back. The groups are locked, so that forming groups again leaves them alone.

    Args:
        starts_on: the start of the cohort before, if publishing moved it.

    Raises:
        Refused: the mails have left; it is undone already; groups are proposed again; a group, its people or its dates
            were changed since, or something was recorded in one.
    """
    cohort = locked_open_cohort(cohort, by=by, at=at)
    if at >= published_at + UNDONE_SOON:
        raise Refused("The mails have left, so this cannot be undone. Move students one by one instead.")
    made = Membership.history.filter(
        group__cohort=cohort, history_type="+", history_date=published_at, history_change_reason=_REASON
    )
    groups = list(locked_groups(set(made.values_list("group", flat=True))).values())
    if not groups:
        raise Refused("This was already undone.")
    if Proposal.objects.filter(cohort=cohort).exists():
        raise Refused(f"Groups are proposed for {cohort} again. Delete that proposal first.")
    of_groups = Q(group__in=[group.pk for group in groups])
    stays = list(Membership.objects.filter(of_groups).select_related("enrolment"))
    mentorships = list(Mentorship.objects.filter(of_groups))
    _check_untouched(groups, stays, mentorships, published_at)
    proposal = Proposal(cohort=cohort, version=int(at.timestamp()))
    proposal.touch(by=by, at=at)
    proposal.save()
    mentor_of = {row.group_id: row.person_id for row in mentorships}
    proposed = ProposedGroup.objects.bulk_create(
        (
            ProposedGroup(
                proposal=proposal, name=group.name, mentor_id=mentor_of.get(group.pk), is_locked=True
            )
            for group in groups
        ),
        batch_size=_BATCH,
    )
    again = dict(zip((group.pk for group in groups), proposed, strict=True))
    ProposedStay.objects.bulk_create(
        (ProposedStay(group=again[stay.group_id], enrolment=stay.enrolment) for stay in stays),
        batch_size=_BATCH,
    )
    _take_back_invitations(proposed_people(proposal), published_at)
    # What they had said before.
    MentorAway.objects.filter(mentorship__in=mentorships).delete()
    for model, rows in ((Membership, stays), (Mentorship, mentorships)):
        record_deletions(model, rows, by=by, at=at, reason="publishing undone")
        own = model._default_manager.filter(of_groups)
        own._raw_delete(own.db)
    Group.objects.filter(pk__in=[group.pk for group in groups]).delete()
    people = [*(stay.enrolment.person_id for stay in stays), *(row.person_id for row in mentorships)]
    record(
        Deed.Kind.MOVE,
        "undid publishing groups of {thing}: {people}",
        thing=cohort,
        people=people,
        by=by,
        at=at,
    )
    if cohort.changed_at == published_at:
        cohort.starts_on = starts_on
        cohort.touch(by=by, at=at)
        cohort.save()
    return proposal


def _check_untouched(
    groups: Sequence[Group],
    stays: Sequence[Membership],
    mentorships: Sequence[Mentorship],
    published_at: datetime,
) -> None:
    own = {"group__in": [group.pk for group in groups]}
    changes = (
        each.history.filter(**own).exclude(history_date=published_at) for each in (Membership, Mentorship)
    )
    if any(group.changed_at != published_at for group in groups) or any(each.exists() for each in changes):
        raise Refused("The groups or their people have changed since, so this cannot be undone.")
    if (
        references_to(*groups, leave_out=[PlanItem, Membership, Mentorship])
        or references_to(*stays)
        or references_to(*mentorships)
    ):
        raise Refused("Something was recorded in these groups since, so this cannot be undone.")


def _take_back_invitations(people: ProposedPeople, published_at: datetime) -> None:
    """Those that publishing made go; those that it only sent, for links were copied, wait as before."""
    waiting = Invitation.objects.filter(
        person__in=people.all, queued_at=published_at + UNDONE_SOON, tried_at=None, accepted_at=None
    )
    waiting.filter(invited_at=published_at).delete()
    waiting.update(queued_at=None)
