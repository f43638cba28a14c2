"""The data of the check-in form for one group and week."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects

from courses.models import Milestone
from groups.models import Group, Membership
from lib.days import full_day
from lib.weeks import Week
from tracker.models import AgreedStep, CheckIn, CheckInEntry

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class GroupWeek:
    """One group in one week. `steps` are those that can be closed in this week's check-in.

    `check_in` is None if nothing was logged yet; `entries` are its entries by the id of the enrolment.
    `stays` are those of at least a day of the week, then one of no day for each other student with an entry.
    """

    group: Group
    week: Week
    stays: tuple[Membership, ...]
    milestones: tuple[Milestone, ...]
    steps: tuple[AgreedStep, ...]
    check_in: CheckIn | None
    entries: Mapping[int, CheckInEntry]

    def members_on(self, day: date, also: Collection[int] = ()) -> tuple[Membership, ...]:
        """Return a stay each of who was in the group on that day, has an entry, or is one of `also`, by enrolment."""
        there = {stay.enrolment_id: stay for stay in self.stays if stay.is_open(day)}
        shown = {*there, *self.entries, *also}
        # Of two stays in a week the later one, where neither is of that day.
        last = {stay.enrolment_id: stay for stay in self.stays if stay.enrolment_id in shown}
        return tuple((last | there).values())

    @property
    def enrolments(self) -> set[int]:
        return {stay.enrolment_id for stay in self.stays}

    def refusal(self, today: date) -> str:
        """Return why nothing can be logged for this week; empty if it can."""
        cohort = self.group.cohort
        if self.check_in is not None:
            return ""
        if self.week.ends_on < cohort.starts_on or today < cohort.starts_on:
            begins = f"{cohort.starts_on:%A} {full_day(cohort.starts_on)}"
            return f"{cohort} begins on {begins}. Check-ins start that week."
        if cohort.closed_on is not None and cohort.is_closed(self.week.starts_on):
            closed = f"{cohort.closed_on:%A} {full_day(cohort.closed_on)}"
            return f"{cohort} was closed on {closed}. There are no check-ins after that."
        if not self.stays:
            return f"No one was in {self.group} in the week of {self.week.label}, so there is nothing to log."
        return ""


def group_week(group: Group, week: Week) -> GroupWeek:
    """Return the group's week."""
    earlier = list(group.check_ins.filter(week_starts_on__lte=week.starts_on).newest_first()[:2])
    check_in = earlier.pop(0) if earlier and earlier[0].week_starts_on == week.starts_on else None
    entries = (
        list(check_in.entries.select_related("enrolment__person").order_by("enrolment__person__name"))
        if check_in
        else []
    )
    by_name = Membership.objects.select_related("enrolment__person").order_by(
        "enrolment__person__name", "enrolment_id", "started_on"
    )
    prefetch_related_objects([group], Prefetch("memberships", by_name))
    stays = [
        stay
        for stay in group.memberships.all()
        if stay.started_on < week.next().starts_on
        and not stay.has_ended(max(stay.started_on, week.starts_on))
    ]
    of_week = {stay.enrolment_id for stay in stays}
    days = {"started_on": week.starts_on, "ended_on": week.starts_on}
    others = [
        Membership(enrolment=entry.enrolment, group=group, **days)
        for entry in entries
        if entry.enrolment_id not in of_week
    ]
    return GroupWeek(
        group=group,
        week=week,
        stays=(*stays, *others),
        milestones=tuple(Milestone.objects.filter(course=group.cohort.course_id).in_order()),
        steps=tuple(steps_of_week(group, week, of_week, earlier[0] if earlier else None)),
        check_in=check_in,
        entries={entry.enrolment_id: entry for entry in entries},
    )


def steps_of_week(
    group: Group, week: Week, members: Collection[int], previous: CheckIn | None
) -> QuerySet[AgreedStep]:
    """Steps agreed by this week that are open, or were closed after the previous check-in was last saved."""
    last_saved_at = (previous.changed_at or previous.logged_at) if previous else _LONG_AGO
    return (
        AgreedStep.objects.of_groups([group.pk], members)
        .filter(Q(check_in=None) | Q(check_in__week_starts_on__lte=week.starts_on))
        .filter(Q(state=AgreedStep.State.OPEN) | Q(closed_at__gt=last_saved_at))
        .order_by("agreed_at", "pk")
    )
