"""The number of asks by cohort, week and milestone, by material, and by category, in one query.

The asks of a course come from its tallies. The asks of a few groups are counted directly.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast

from questions.models import Ask
from trends.counts.view import TrendView
from trends.figures import Span
from trends.models import AskTally


@dataclass(frozen=True, slots=True)
class AskCounts:
    """Asks under the filters, by id. None stands for asks without a milestone, material or category.

    `cells` counts by cohort, Monday and milestone over all weeks, and includes the cohorts for comparison. The other
    fields count only the view.
    """

    cells: Counter[tuple[int, date, int | None]]
    materials: Counter[int | None]
    categories: Counter[str]

    @property
    def total(self) -> int:
        return self.categories.total()

    def by_milestone(self, cohort_id: int, span: Span) -> Counter[int | None]:
        asks_by_milestone: Counter[int | None] = Counter()
        for (cohort, monday, milestone), asks in self.cells.items():
            if cohort == cohort_id and span.holds(monday):
                asks_by_milestone[milestone] += asks
        return asks_by_milestone


def asks_in(view: TrendView, cohorts: frozenset[int]) -> tuple[QuerySet[Any], Any]:
    """The rows with the asks of these cohorts under the filters, all weeks, and the aggregate that counts them.

    They have `at_cohort`, `at_milestone`, `at_material`, `at_category`, and `week_starts_on`.
    """
    if view.groups is None:
        tallies = AskTally.objects.filter(view.about(), cohort__in=cohorts)
        of = {name: F(name) for name in ("cohort", "milestone", "material", "category")}
        return _named(tallies, of), Sum("asks")
    asks = live_asks(view).filter(group__cohort__in=cohorts)
    return asks, Count("*")


def live_asks(view: TrendView) -> QuerySet[Any, Any]:
    """The asks of the view's groups that match the filters, one row each, all weeks. They also have `at_topic`."""
    asks = Ask.objects.filter(view.access.asks_known(), group__in=view.groups or ())
    at = {
        name: Case(
            When(question__duplicate_of=None, then=F(f"question__{name}")),
            default=F(f"question__duplicate_of__{name}"),
        )
        for name in ("milestone", "material", "category", "placement__topic")
    }
    at["topic"] = at.pop("placement__topic")
    return _named(asks, {"cohort": F("group__cohort"), **at}).filter(view.about("at_"))


def _named(rows: QuerySet[Any, Any], of: dict[str, Any]) -> QuerySet[Any, Any]:
    named: QuerySet[Any, Any] = rows.annotate(
        **{f"at_{name}": value for name, value in of.items()}
    ).order_by()
    return named


def ask_counts(view: TrendView, compared: frozenset[int]) -> AskCounts:
    """Count the asks of the view, and of the compared cohorts. One query.

    Args:
        compared: ids of cohorts.
    """
    chosen = frozenset(run.cohort_id for run in view.chosen)
    rows, asks = asks_in(view, chosen | compared)
    in_view = rows.filter(within(view.span), at_cohort__in=chosen)
    union = _summed(rows, "cell", asks, cohort="at_cohort", week="week_starts_on", id="at_milestone").union(
        _summed(in_view, "material", asks, id="at_material"),
        _summed(in_view, "category", asks, text="at_category"),
        all=True,
    )
    counts = AskCounts(Counter(), Counter(), Counter())
    for kind, cohort, week, pk, text, count in union:
        if kind == "cell":
            counts.cells[cohort, week, pk] = count
        elif kind == "material":
            counts.materials[pk] = count
        else:
            counts.categories[text] = count
    return counts


def within(span: Span) -> Q:
    condition = Q()
    if span.first:
        condition &= Q(week_starts_on__gte=span.first)
    if span.last:
        condition &= Q(week_starts_on__lte=span.last)
    return condition


def _summed(rows: QuerySet[Any, Any], kind: str, asks: Any, **by: str) -> QuerySet[Any, Any]:
    """Sums by some columns of the union. The other columns are empty, and sums without rows are left out."""
    empty = {
        "cohort": Cast(Value(None), IntegerField()),
        "week": Cast(Value(None), DateField()),
        "id": Cast(Value(None), IntegerField()),
        "text": Value("", output_field=CharField()),
    }
    columns = {f"r_{name}": F(by[name]) if name in by else value for name, value in empty.items()}
    summed: QuerySet[Any, Any] = (
        rows.values(r_kind=Value(kind, output_field=CharField()), **columns)
        .annotate(r_asks=asks)
        .exclude(r_asks=0)
        .values_list("r_kind", "r_cohort", "r_week", "r_id", "r_text", "r_asks")
    )
    return summed
