from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator

from courses.calendar import due_dates, teaching_weeks
from courses.models import Cohort, Milestone, Pause
from groups.models import Group, PlanItem
from lib.days import day_range_label
from lib.weeks import Week

# Plans of groups on a page.
_PAGE = 25


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


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """Differences from the calendar: the numbers of milestones added, left out and with another date."""

    group: Group
    planned: int
    added: int
    left_out: int
    moved: int

    @property
    def follows(self) -> bool:
        return not (self.added or self.left_out or self.moved)

    @property
    def difference(self) -> str:
        if not self.planned:
            return "nothing planned"
        parts = [
            f"{self.moved} other {'date' if self.moved == 1 else 'dates'}" if self.moved else "",
            f"{self.added} added" if self.added else "",
            f"{self.left_out} left out" if self.left_out else "",
        ]
        return ", ".join(filter(None, parts)) or "as the calendar"


@dataclass(frozen=True, slots=True)
class CohortCalendar:
    weeks: tuple[CalendarWeek, ...]
    without_week: tuple[Milestone, ...]
    pauses: tuple[_PauseLine, ...]
    groups: Page[Group]
    group_plans: tuple[GroupPlan, ...]


def calendar_of(cohort: Cohort, today: date, number: str | None = None) -> CohortCalendar:
    """Return the calendar, and the page of that number of the groups' plans. Five queries."""
    pauses = tuple(cohort.pauses.order_by("starts_on", "pk"))
    lines = tuple((pause, day_range_label(pause.starts_on, pause.ends_on, today)) for pause in pauses)
    milestones = list(Milestone.objects.filter(course_id=cohort.course_id).in_order())
    due = due_dates(
        cohort.starts_on, [pause.period for pause in pauses], {row.pk: row.week for row in milestones}
    )
    groups = Paginator(cohort.groups.in_order(), _PAGE).get_page(number)
    return CohortCalendar(
        weeks=_weeks(cohort, lines, milestones, due, today),
        without_week=tuple(row for row in milestones if row.week is None),
        pauses=lines,
        groups=groups,
        group_plans=_group_plans(groups, {pk: day for pk, day in due.items() if day is not None}),
    )


def _weeks(
    cohort: Cohort,
    pauses: Sequence[_PauseLine],
    milestones: Sequence[Milestone],
    due: Mapping[int, date | None],
    today: date,
) -> tuple[CalendarWeek, ...]:
    count = max((row.week or 0 for row in milestones), default=0)
    taught = teaching_weeks(cohort.starts_on, [pause.period for pause, _ in pauses], count)
    numbers = {week: n for n, week in enumerate(taught, start=1)}
    of_week: dict[int | None, list[tuple[Milestone, date | None]]] = defaultdict(list)
    for row in milestones:
        of_week[row.week].append((row, due[row.pk]))
    weeks = []
    week = Week.of(cohort.starts_on)
    while taught and week <= taught[-1]:
        weeks.append(
            CalendarWeek(
                week=week,
                number=numbers.get(week),
                is_now=week.contains(today),
                pauses=tuple(
                    (pause, days)
                    for pause, days in pauses
                    if pause.starts_on <= week.ends_on and week.starts_on <= pause.ends_on
                ),
                milestones=tuple(of_week[numbers[week]]) if week in numbers else (),
            )
        )
        week = week.next()
    return tuple(weeks)


def _group_plans(groups: Page[Group], due: Mapping[int, date]) -> tuple[GroupPlan, ...]:
    planned: dict[int, dict[int, date | None]] = defaultdict(dict)
    for item in PlanItem.objects.filter(group__in=list(groups)):
        planned[item.group_id][item.milestone_id] = item.due_on
    return tuple(
        GroupPlan(
            group=group,
            planned=len(plan := planned[group.pk]),
            added=len(plan.keys() - due.keys()),
            left_out=len(due.keys() - plan.keys()),
            moved=sum(1 for pk, day in due.items() if pk in plan and plan[pk] != day),
        )
        for group in groups
    )
