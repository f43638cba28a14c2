from collections.abc import Iterator
from dataclasses import dataclass

from questions.models import Question
from trends.charts.bars import Bar, BarChart
from trends.charts.scale import share
from trends.counts import TrendCounts
from trends.forms.drill_down import NO_CATEGORY
from trends.panels.links import Number, trends_url
from trends.panels.panel import CsvRow, Panel, rounded


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
            asks=Number.of(asks, view.drill_with(category=category or NO_CATEGORY)),
            share=asks / total,
        )
        for category, asks in sorted(by_category.items(), key=lambda row: (not row[0], -row[1], row[0]))
    )


def _chart(counts: TrendCounts) -> BarChart:
    rows = asks_by_category(counts)
    most = max((row.asks.count for row in rows), default=0)
    return BarChart(
        caption="Asks by category",
        head="Category",
        value_head="Asks",
        bars=tuple(
            Bar(
                label=row.label,
                value_label=row.asks.label,
                share=share(row.asks.count, most),
                url=row.asks.url,
                label_url=trends_url(counts.view, category=row.category or NO_CATEGORY),
                note=f"{row.share:.0%}",
            )
            for row in rows
        ),
        has_short_notes=True,
    )


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in asks_by_category(counts):
        yield row.label, row.asks.count, rounded(row.share)


PANEL = Panel(
    name="categories",
    row=4,
    position=2,
    title="Categories",
    note="what kind of question it is",
    template="trends/_trends_bars.html",
    content=_chart,
    csv_columns=("Category", "Asks", "Share of all asks"),
    csv_rows=_csv_rows,
)
