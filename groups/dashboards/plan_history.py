from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator

from courses.models import Milestone
from groups.models import Group, PlanChange
from lib.days import day_label

# Changes on a page.
_PAGE = 25


@dataclass(frozen=True, slots=True)
class PlanChangeLine:
    """`can_be_undone`: none of its dates was changed since."""

    change: PlanChange
    # A milestone, and its dates before and after.
    dates: list[tuple[str, str, str]]
    can_be_undone: bool


def plan_history(
    group: Group, today: date, number: str | None
) -> tuple[Page[PlanChange], list[PlanChangeLine]]:
    """The changes of a plan, the latest first. Four queries."""
    rows = group.plan_changes.select_related("made_by", "undone_by").order_by("-made_at", "-pk")
    page = Paginator(rows, _PAGE).get_page(number)
    titles = _titles(list(page))
    plan = dict(group.plan_items.values_list("milestone", "due_on"))
    return page, [
        PlanChangeLine(
            change,
            _dates_of(change, titles, today),
            can_be_undone=change.undone_at is None and change.stands_in(plan),
        )
        for change in page
    ]


def _titles(changes: Collection[PlanChange]) -> dict[str, str]:
    ids = {int(pk) for change in changes for pk in change.days}
    milestones = Milestone.objects.filter(pk__in=ids).in_order().values_list("pk", "title")
    return {str(pk): title for pk, title in milestones} if ids else {}


def _dates_of(change: PlanChange, titles: dict[str, str], today: date) -> list[tuple[str, str, str]]:
    return [
        (titles[pk], _label(change.days[pk][0], today), _label(change.days[pk][1], today))
        for pk in titles
        if pk in change.days
    ]


def _label(kept: str | None, today: date) -> str:
    if kept == PlanChange.OUT:
        return "not in the plan"
    return day_label(date.fromisoformat(kept), today) if kept else "no date"
