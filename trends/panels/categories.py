from dataclasses import dataclass

from lib.text import percent
from questions.models import Question
from trends.charts import Bar, BarChart, share
from trends.counts import TrendCounts
from trends.forms.filters import NO_CATEGORY
from trends.panels.panel import Number, Panel

_ABOUT_MATERIAL = (Question.Category.UNCLEAR_MATERIAL, Question.Category.WRONG_MATERIAL)


@dataclass(frozen=True, slots=True)
class CategoryAsks:
    """A category ("" for none) and its asks. `share` is the part of all asks of the view, 0 to 1."""

    category: str
    label: str
    asks: Number
    share: float


def asks_by_category(counts: TrendCounts) -> tuple[CategoryAsks, ...]:
    view, by_category, total = counts.view, counts.asks.categories, counts.asks.total
    labels = dict(Question.Category.choices)
    return tuple(
        CategoryAsks(
            category=category,
            label=str(labels.get(category, "No category said")),
            asks=Number.of(asks, view, category=category or NO_CATEGORY),
            share=asks / total,
        )
        for category, asks in sorted(by_category.items(), key=lambda row: (not row[0], -row[1], row[0]))
    )


def _chart(counts: TrendCounts) -> BarChart:
    rows = asks_by_category(counts)
    most = max((row.asks.count for row in rows), default=0)
    return BarChart(
        caption="Times asked, by category",
        head="Category",
        value_head="Times asked",
        bars=tuple(
            Bar(
                label=row.label,
                value_label=row.asks.label,
                share=share(row.asks.count, most),
                url=row.asks.url,
                label_url=counts.view.url("trends", category=row.category or NO_CATEGORY),
                note=percent(row.share),
            )
            for row in rows
        ),
        has_short_notes=True,
    )


def _finding(counts: TrendCounts) -> str:
    rows = [row for row in asks_by_category(counts) if row.category]
    if not rows:
        return "No question says what kind it is."
    finding = f"{rows[0].label.capitalize()} leads with {percent(rows[0].share)}"
    of_material = sum(row.asks.count for row in rows if row.category in _ABOUT_MATERIAL)
    if rows[0].category in _ABOUT_MATERIAL or not of_material:
        return f"{finding}."
    return f"{finding}; {percent(of_material / counts.asks.total)} say that material is unclear or wrong."


PANEL = Panel(
    name="categories",
    title="Kinds of question",
    template="trends/_trends_bars.html",
    finding=_finding,
    content=_chart,
)
