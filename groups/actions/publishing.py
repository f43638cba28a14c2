"""Publish the groups that are proposed: all at once, with their people."""

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
from groups.actions.mentorship import assign_many
from groups.actions.plan import calendar_plan
from groups.models import Group, Membership, Mentorship, Proposal, ProposedGroup, ProposedStay
from lib.refusals import Refused
from lib.weeks import Week
from people.actions.accounts import invite_many
from people.models import User
from people.models.user import UserQuerySet
from people.outbox import tell_each

_BATCH = 500


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
    people = proposed_people(proposal)
    told = people.all.mailable().exclude(pk=by.pk).count()
    if is_telling:
        tell_each("group_formed", [{"group": group.pk} for group in groups], by=by, at=at)
    students, mentors = (
        invite_many(people=list(each), by=by, at=at)[1] if is_inviting else each.not_invited(at).count()
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
        reason="groups formed",
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
