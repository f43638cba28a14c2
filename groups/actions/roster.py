"""Enrol, group and assign many people in batches, by the rules of `enrolment`, `mentorship` and `plan`.

The number of queries grows with batches, not with people. Each function returns what it created, so that the caller
can report or undo it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from courses.models import Cohort
from groups.actions.enrolment import EnrolmentError
from groups.actions.mentorship import MentorshipError
from groups.actions.plan import calendar_plan
from groups.models import Enrolment, Group, Membership, Mentorship, PlanItem
from lib.days import full_day
from people.models import User

_BATCH = 500


@transaction.atomic
def enrol_many(
    *,
    cohort: Cohort,
    people: Sequence[User],
    started_on: date,
    by: User,
    at: datetime,
    levels: Mapping[int, str] | None = None,
) -> list[Enrolment]:
    """Enrol people from that day. A person whose last enrolment ended later starts on that later day.

    Args:
        levels: what each person already knows, by their id.

    Raises:
        EnrolmentError: an account is disabled, or a person is already enrolled.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    earlier: dict[int, date | None] = {}
    for enrolment in Enrolment.objects.filter(cohort=cohort).only("person", "ended_on"):
        before = earlier.get(enrolment.person_id, date.min)
        ends = None if before is None or enrolment.ended_on is None else max(before, enrolment.ended_on)
        earlier[enrolment.person_id] = ends
    for person in people:
        if not person.is_active:
            raise EnrolmentError(f"The account of {person} is disabled; ask an operator.")
        if earlier.get(person.pk, date.min) is None:
            raise EnrolmentError(f"{person} is enrolled already.")
    rows = [
        Enrolment(
            cohort=cohort,
            person=person,
            started_on=max(started_on, earlier.get(person.pk) or date.min),
            level=(levels or {}).get(person.pk, ""),
            enrolled_by=by,
            enrolled_at=at,
        )
        for person in people
    ]
    made: list[Enrolment] = bulk_create_with_history(
        rows, Enrolment, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made


@transaction.atomic
def open_groups(
    *,
    cohort: Cohort,
    names: Sequence[str],
    by: User,
    at: datetime,
    chosen: Mapping[str, Collection[int]] | None = None,
    meetings: Mapping[str, str] | None = None,
) -> tuple[list[Group], list[PlanItem]]:
    """Open groups, each with the calendar as its plan.

    Args:
        chosen: milestone ids by group name. Other milestones of the calendar are left out of the plan. Milestones that
            are not in the calendar get no date.
        meetings: when and where a group meets, by its name.
    """
    meets = meetings or {}
    groups = Group.objects.bulk_create(
        (
            Group(cohort=cohort, name=name, meeting=meets.get(name, ""), changed_by=by, changed_at=at)
            for name in names
        ),
        batch_size=_BATCH,
    )
    plan = calendar_plan(cohort) if groups else {}
    items = PlanItem.objects.bulk_create(
        (
            PlanItem(group=group, milestone_id=milestone_id, due_on=plan.get(milestone_id))
            for group in groups
            for milestone_id in (chosen or {}).get(group.name, plan)
        ),
        batch_size=_BATCH,
    )
    return groups, items


@dataclass(frozen=True, slots=True)
class Move:
    """A student who joins this group on that day. `stay` is their open stay in another group, if any."""

    enrolment: Enrolment
    group: Group
    on: date
    stay: Membership | None = None


@transaction.atomic
def join_many(*, moves: Sequence[Move], by: User, at: datetime, reason: str = "") -> list[Membership]:
    """Move students into groups.

    Raises:
        EnrolmentError: a group would exceed the group size by more than one; a student mentors the group; a day is
            before the start of an enrolment or a stay.
    """
    _check_days(moves)
    _check_room(moves)
    _check_mentors(moves)
    ended = []
    for move in moves:
        if move.stay is not None:
            move.stay.ended_on, move.stay.end_reason = move.on, Membership.EndReason.MOVED
            ended.append(move.stay)
    bulk_update_with_history(
        ended,
        Membership,
        ["ended_on", "end_reason"],
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
        default_change_reason=reason[:100] or None,
    )
    rows = [Membership(enrolment=move.enrolment, group=move.group, started_on=move.on) for move in moves]
    made: list[Membership] = bulk_create_with_history(
        rows,
        Membership,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
        default_change_reason=reason[:100] or None,
    )
    return made


def _check_days(moves: Iterable[Move]) -> None:
    for move in moves:
        begun = max(move.enrolment.started_on, move.stay.started_on if move.stay else date.min)
        if move.on < begun:
            raise EnrolmentError(
                f"{move.enrolment.person} started on {full_day(begun)}; choose that day or a later one."
            )


def _check_room(moves: Sequence[Move]) -> None:
    groups = {move.group.pk: move.group for move in moves}
    sizes: Counter[int] = Counter(
        Membership.objects.filter(
            group__cohort__in={group.cohort_id for group in groups.values()}, ended_on=None
        ).values_list("group", flat=True)
    )
    sizes.update(move.group.pk for move in moves)
    sizes.subtract(move.stay.group_id for move in moves if move.stay is not None)
    for pk, group in groups.items():
        most = group.cohort.course.group_size + 1
        if sizes[pk] > most:
            raise EnrolmentError(f"{group} would have {sizes[pk]} students; the maximum is {most}.")


def _check_mentors(moves: Sequence[Move]) -> None:
    cohorts = {move.group.cohort_id for move in moves}
    mentoring = set(
        Mentorship.objects.filter(group__cohort__in=cohorts, ended_on=None).values_list("group", "person")
    )
    for move in moves:
        if (move.group.pk, move.enrolment.person_id) in mentoring:
            raise EnrolmentError(
                f"{move.enrolment.person} is a mentor of {move.group} and cannot be a student in it."
            )


@transaction.atomic
def assign_mentors(
    *, pairs: Sequence[tuple[Group, User]], on: date, by: User, at: datetime
) -> list[Mentorship]:
    """Make each person a mentor of the group from that day. They must not have an open mentorship of that group.

    Raises:
        MentorshipError: a person studies in the group, or has a disabled account.
    """
    cohorts = {group.cohort_id for group, _ in pairs}
    studying = set(
        Membership.objects.filter(group__cohort__in=cohorts, ended_on=None).values_list(
            "group", "enrolment__person"
        )
    )
    for group, person in pairs:
        if not person.is_active:
            raise MentorshipError(f"The account of {person} is disabled; ask an operator.")
        if (group.pk, person.pk) in studying:
            raise MentorshipError(f"{person} is a student in {group} and cannot mentor it.")
    rows = [Mentorship(group=group, person=person, started_on=on) for group, person in pairs]
    made: list[Mentorship] = bulk_create_with_history(
        rows, Mentorship, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made
