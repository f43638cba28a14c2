from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator

from courses.models import Cohort, Milestone
from groups.actions.shifting import NewDates, changes_by_group, new_dates
from groups.models import Group, PlanChange, Shift
from lib.days import day_label

# Groups of a shift, and lines of a history, on a page.
_PAGE = 25


@dataclass(frozen=True, slots=True)
class MovedDate:
    milestone: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShiftedGroup:
    """A group with its own dates. `goes_along`: they move."""

    group: Group
    dates: tuple[MovedDate, ...]
    goes_along: bool


@dataclass(frozen=True, slots=True)
class PlanChangeLine:
    """`can_be_undone`: none of its dates was changed since."""

    change: PlanChange
    dates: tuple[MovedDate, ...]
    can_be_undone: bool


def shift_page(shift: Shift, today: date, number: str | None) -> tuple[Page[Group], list[ShiftedGroup]]:
    """The groups of the cohort, and what the shift means, or meant, for each of those on the page."""
    page = Paginator(shift.cohort.groups.in_order(), _PAGE).get_page(number)
    groups = [group.pk for group in page]
    is_draft = shift.applied_at is None
    dates = _proposed(new_dates(shift, today), groups, today) if is_draft else _applied(shift, groups, today)
    out = set(shift.left_out)
    return page, [ShiftedGroup(group, tuple(dates.get(group.pk, ())), group.pk not in out) for group in page]


def _proposed(dates: NewDates, groups: Collection[int], today: date) -> dict[int, list[MovedDate]]:
    return {
        group: [
            MovedDate(item.milestone.title, day_label(before, today), day_label(after, today))
            for item, before, after in own
        ]
        for group, own in changes_by_group(dates, groups).items()
    }


def _applied(shift: Shift, groups: Collection[int], today: date) -> dict[int, list[MovedDate]]:
    changes = list(shift.changes.filter(group__in=groups))
    titles = _titles(changes)
    return {change.group_id: _dates_of(change, titles, today) for change in changes}


def shifts_of(cohort: Cohort, number: str | None) -> Page[Shift]:
    """The shifts of a cohort, the latest first, drafts too. Two queries."""
    rows = cohort.shifts.select_related("made_by", "applied_by", "undone_by").order_by("-made_at", "-pk")
    return Paginator(rows, _PAGE).get_page(number)


def plan_history(
    group: Group, today: date, number: str | None
) -> tuple[Page[PlanChange], list[PlanChangeLine]]:
    """The changes of a plan, the latest first. Four queries."""
    rows = group.plan_changes.select_related("made_by", "undone_by", "shift").order_by("-made_at", "-pk")
    page = Paginator(rows, _PAGE).get_page(number)
    titles = _titles(list(page))
    plan = dict(group.plan_items.values_list("milestone", "due_on"))
    return page, [
        PlanChangeLine(
            change,
            tuple(_dates_of(change, titles, today)),
            can_be_undone=change.undone_at is None and change.stands_in(plan),
        )
        for change in page
    ]


def _titles(changes: Collection[PlanChange]) -> dict[str, str]:
    ids = {int(pk) for change in changes for pk in change.days}
    milestones = Milestone.objects.filter(pk__in=ids).in_order().values_list("pk", "title")
    return {str(pk): title for pk, title in milestones} if ids else {}


def _dates_of(change: PlanChange, titles: dict[str, str], today: date) -> list[MovedDate]:
    return [
        MovedDate(titles[pk], _label(change.days[pk][0], today), _label(change.days[pk][1], today))
        for pk in titles
        if pk in change.days
    ]


def _label(kept: str | None, today: date) -> str:
    if kept == PlanChange.OUT:
        return "not in the plan"
    return day_label(date.fromisoformat(kept), today) if kept else "no date"
