from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch

from courses.calendar import due_dates, teaching_weeks
from courses.models import Cohort, Milestone, Pause
from groups.actions.due_dates import Moved
from groups.models import Absence, Enrolment, Group, Membership, PlanItem
from lib.days import day_label, day_range_label
from lib.text import counted
from lib.weeks import Week

# A pause with its days in words.
type _PauseLine = tuple[Pause, str]


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """A week of the calendar. A pause week has no number."""

    week: Week
    number: int | None
    is_now: bool
    pauses: tuple[_PauseLine, ...]
    # Each with the day on which it is due.
    milestones: tuple[tuple[Milestone, date | None], ...]


def calendar_of(cohort: Cohort, today: date, groups: Sequence[Any] = ()) -> dict[str, Any]:
    """Return the calendar, and give each of the groups its `difference` from it."""
    pauses = tuple(cohort.pauses.order_by("starts_on", "pk"))
    lines = tuple((pause, day_range_label(pause.starts_on, pause.ends_on, today)) for pause in pauses)
    milestones = list(Milestone.objects.filter(course_id=cohort.course_id).in_order())
    due = due_dates(
        cohort.starts_on, [pause.period for pause in pauses], {row.pk: row.week for row in milestones}
    )
    planned: dict[int, dict[int, date | None]] = defaultdict(dict)
    for item in PlanItem.objects.filter(group__in=list(groups)):
        planned[item.group_id][item.milestone_id] = item.due_on
    scheduled = {pk: day for pk, day in due.items() if day is not None}
    for group in groups:
        group.difference = _difference(planned[group.pk], scheduled)
    of_week: dict[int | None, list[tuple[Milestone, date | None]]] = defaultdict(list)
    for row in milestones:
        of_week[row.week].append((row, due[row.pk]))
    count = max((row.week or 0 for row in milestones), default=0)
    taught = teaching_weeks(cohort.starts_on, [pause.period for pause in pauses], count)
    numbers = {week: n for n, week in enumerate(taught, start=1)}
    weeks, week = [], Week.of(cohort.starts_on)
    while taught and week <= taught[-1]:
        of_pause = [
            (pause, days)
            for pause, days in lines
            if pause.starts_on <= week.ends_on and week.starts_on <= pause.ends_on
        ]
        place = numbers.get(week)
        planned_in = tuple(of_week[place]) if place else ()
        weeks.append(CalendarWeek(week, place, week.contains(today), tuple(of_pause), planned_in))
        week = week.next()
    return {
        "weeks": tuple(weeks),
        "without_week": [row for row in milestones if row.week is None],
        "pauses": lines,
        "away": tuple(_away(cohort, today)),
    }


def _away(cohort: Cohort, today: date) -> Iterator[tuple[Enrolment, Group | None, str]]:
    """Yield which students are away now or later, their group, and the days, by these."""
    rows = Absence.objects.not_over(today).filter(enrolment__in=cohort.enrolments.not_ended(today))
    stays = Membership.objects.open(today).select_related("group")
    rows = rows.select_related("enrolment__person").prefetch_related(
        Prefetch("enrolment__memberships", stays)
    )
    for row in rows.order_by("starts_on", "enrolment__person__name", "pk"):
        group = next((stay.group for stay in row.enrolment.memberships.all()), None)
        yield row.enrolment, group, day_range_label(row.starts_on, row.ends_on, today)


def _difference(plan: Mapping[int, date | None], due: Mapping[int, date]) -> str:
    """ "2 other dates, 1 added, 1 left out"; "" for a plan that follows the calendar."""
    if not plan and due:
        return "nothing planned"
    moved = sum(1 for pk, day in due.items() if pk in plan and plan[pk] != day)
    added, left_out = len(plan.keys() - due.keys()), len(due.keys() - plan.keys())
    parts = [
        counted(moved, "other date") if moved else "",
        f"{added} added" if added else "",
        f"{left_out} left out" if left_out else "",
    ]
    return ", ".join(filter(None, parts))


def moved_groups(cohort: Cohort, moved: Mapping[int, list[Moved]], today: date) -> list[tuple[Group, str]]:
    """The groups of which a date moves, with "RAG Sun 27 September → Sun 4 October, and 2 later dates"."""
    groups = []
    for group in cohort.groups.in_order():
        if own := moved.get(group.pk):
            item, before, after = own[0]
            label = f"{item.milestone} {day_label(before, today)} → {day_label(after, today)}"
            if more := len(own) - 1:
                label += f", and {counted(more, 'later date')}"
            groups.append((group, label))
    return groups
