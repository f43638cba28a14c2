from collections.abc import Iterator
from dataclasses import dataclass

from trends.charts.bars import Bar, BarChart
from trends.charts.scale import share
from trends.counts import TrendCounts
from trends.forms.drill_down import NOTHING
from trends.panels.links import Number, count_label, trends_url
from trends.panels.panel import CsvRow, Panel, rounded

# The other bars are behind a summary.
FIRST_ROWS = 8


@dataclass(frozen=True, slots=True)
class MaterialAsks:
    """A material and its asks, None for asks without one. `share` is the part of all asks of the view, 0 to 1."""

    material_id: int | None
    title: str
    milestone: str
    asks: Number
    share: float


def asks_by_material(counts: TrendCounts) -> tuple[MaterialAsks, ...]:
    view, by_material = counts.view, counts.asks.materials
    total = by_material.total()
    rows = []
    asked = [material for material in view.materials.values() if by_material[material.pk]]
    for material in sorted(asked, key=lambda material: -by_material[material.pk]):
        asks = Number.of(by_material[material.pk], view.drill_with(material=material.pk))
        title = material.milestone.title
        rows.append(MaterialAsks(material.pk, material.title, title, asks, asks.count / total))
    if by_material[None]:
        asks = Number.of(by_material[None], view.drill_with(material=NOTHING))
        rows.append(MaterialAsks(None, "No material named", "", asks, asks.count / total))
    return tuple(rows)


def _chart(counts: TrendCounts) -> BarChart:
    rows = asks_by_material(counts)
    # Asks without a material are often the most, and the bars are for comparing materials.
    most = max((row.asks.count for row in rows if row.material_id), default=0)
    bars = tuple(
        Bar(
            label=row.title,
            value_label=row.asks.label,
            share=share(row.asks.count, most) if row.material_id else None,
            url=row.asks.url,
            label_url=trends_url(counts.view, material=row.material_id or NOTHING),
            belongs_to=row.milestone,
        )
        for row in rows
    )
    return BarChart(
        caption="Asks by material",
        head="Material",
        value_head="Asks",
        bars=bars[:FIRST_ROWS],
        more=bars[FIRST_ROWS:],
        empty_title="No question names a material",
        empty_text=(
            "When people say which material a question is about, those materials appear here, most asked first."
        ),
    )


def _finding(counts: TrendCounts) -> str:
    by_material, materials = counts.asks.materials, counts.view.materials
    asked = [pk for pk in materials if by_material[pk]]
    if not asked:
        return "No question names a material."
    first = max(asked, key=lambda pk: by_material[pk])
    finding = f"{materials[first].title} leads with {count_label(by_material[first], 'ask')}"
    return f"{finding}; {len(asked):,} materials were asked about." if len(asked) > 1 else f"{finding}."


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in asks_by_material(counts):
        yield row.title, row.milestone, row.asks.count, rounded(row.share)


PANEL = Panel(
    name="materials",
    position=5,
    title="Materials",
    template="trends/_trends_bars.html",
    finding=_finding,
    content=_chart,
    csv_columns=("Material", "Milestone", "Asks", "Share of all asks"),
    csv_rows=_csv_rows,
)
