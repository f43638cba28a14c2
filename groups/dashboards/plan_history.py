from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator

from courses.models import Milestone
from groups.models import Group, PlanChange
from lib.days import day_label

# Changes on a page.
_PAGE = 25


def plan_history(group: Group, today: date, number: str | None) -> Page[Any]:
    """The changes of a plan, the latest first. Four queries.

    Each has its `dates`, a milestone with its day before and after, and `can_be_undone`: none was changed since.
    """
    rows = group.plan_changes.select_related("made_by", "undone_by").order_by("-made_at", "-pk")
    page: Page[Any] = Paginator(rows, _PAGE).get_page(number)
    page.object_list = list(page.object_list)
    ids = {int(pk) for change in page for pk in change.days}
    milestones = Milestone.objects.filter(pk__in=ids).in_order().values_list("pk", "title") if ids else ()
    plan = dict(group.plan_items.values_list("milestone", "due_on"))
    for change in page:
        change.can_be_undone = change.undone_at is None and change.stands_in(plan)
        change.dates = [
            (title, *(_label(kept, today) for kept in change.days[str(pk)]))
            for pk, title in milestones
            if str(pk) in change.days
        ]
    return page


def _label(kept: str | None, today: date) -> str:
    if kept == PlanChange.OUT:
        return "not in the plan"
    return day_label(date.fromisoformat(kept), today) if kept else "no date"
