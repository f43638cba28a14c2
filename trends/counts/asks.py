"""The number of asks by cohort, week and milestone, by material, and by category.

Asks of a few groups, and of most courses, are counted live. Those of a very large course were counted before.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.expressions import Combinable

from questions.models import Ask
from trends.counts.view import TrendView
from trends.figures import Span
from trends.models import AskSummary
from trends.models.summary import live_asks


@dataclass(frozen=True, slots=True)
class AskCounts:
    """Asks under the filters, by id. None stands for asks without a milestone, material or category.

    The Monday of asks without a date is None too. `cells` counts by cohort, Monday and milestone over all weeks, and
    includes the cohorts for comparison. `topics` counts by topic and Monday over all weeks; it is empty if the asks
    were counted before. The others count the view.
    """

    cells: Counter[tuple[int, date | None, int | None]]
    materials: Counter[int | None]
    categories: Counter[str]
    topics: Counter[tuple[int, date | None]]

    @property
    def total(self) -> int:
        return self.categories.total()

    def by_milestone(self, cohort_id: int, span: Span) -> Counter[int | None]:
        asks_by_milestone: Counter[int | None] = Counter()
        for (cohort, monday, milestone), asks in self.cells.items():
            if cohort == cohort_id and span.holds(monday):
                asks_by_milestone[milestone] += asks
        return asks_by_milestone


def ask_counts(view: TrendView, compared: frozenset[int]) -> AskCounts:
    """Count the asks of the view, and of the compared cohorts. One query.

    Args:
        compared: ids of cohorts.
    """
    chosen = {run.cohort_id for run in view.chosen}
    rows, number = _asks_in(view, chosen | compared)
    cells = rows.values_list("cohort", "week_starts_on", "milestone", "material", "category", "topic")
    counts = AskCounts(Counter(), Counter(), Counter(), Counter())
    for cohort, monday, milestone, material, category, topic, asks in cells.annotate(number=number):
        counts.cells[cohort, monday, milestone] += asks
        if cohort not in chosen:
            continue
        if topic:
            counts.topics[topic, monday] += asks
        if view.span.holds(monday):
            counts.materials[material] += asks
            counts.categories[category] += asks
    return counts


def _asks_in(view: TrendView, cohorts: set[int]) -> tuple[QuerySet[Any], Combinable]:
    """The rows with the asks of these cohorts under the filters, all weeks, and the aggregate that counts them.

    They have the columns of an AskSummary.
    """
    if view.counted_at:
        return AskSummary.objects.filter(view.about(), topic=None, cohort__in=cohorts), Sum("asks")
    asks = Ask.objects.filter(group__cohort__in=cohorts)
    if view.groups is not None:
        asks = asks.filter(view.access.asks_known(), group__in=view.groups)
    return live_asks(asks).filter(view.about()), Count("*")


def asks_left_out_label(undated: int) -> str:
    """Say how many asks are left out of what is counted by week; "" for none."""
    if not undated:
        return ""
    asks = "1 ask was" if undated == 1 else f"{undated:,} asks were"
    return f"{asks} imported without a date and {'is' if undated == 1 else 'are'} left out."


def within(span: Span) -> Q:
    condition = Q()
    if span.first:
        condition &= Q(week_starts_on__gte=span.first)
    if span.last:
        condition &= Q(week_starts_on__lte=span.last)
    return condition
