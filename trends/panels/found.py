from collections.abc import Iterator
from dataclasses import dataclass

from courses.models import Material
from trends.counts import TrendCounts
from trends.counts.opinions import FEWEST_GROUPS, Found
from trends.figures import FEWEST_STUDENTS
from trends.panels.links import Number, trends_url
from trends.panels.panel import CsvRow, Panel, rounded


@dataclass(frozen=True, slots=True)
class FoundMaterial:
    """`found` is None where too few people said how they found it: there is nothing to show but the asks then."""

    material: Material
    url: str
    found: Found | None
    asks: Number

    @property
    def share(self) -> float | None:
        """The percentage who found it confusing or too long, for the bar."""
        return round(100 * self.found.share, 1) if self.found else None

    @property
    def words(self) -> str:
        return f"{self.found.troubled:,} of {self.found.said:,}" if self.found else ""

    @property
    def note(self) -> str:
        """ "3 confusing, 1 too long, 2 useful"."""
        found = self.found
        if found is None:
            return ""
        numbers = ((found.confusing, "confusing"), (found.too_long, "too long"), (found.useful, "useful"))
        return ", ".join(f"{number:,} {word}" for number, word in numbers if number)


@dataclass(frozen=True, slots=True)
class FoundMaterials:
    """The materials that most found confusing or too long first, then the others by asks."""

    rows: tuple[FoundMaterial, ...]
    is_whole: bool

    @property
    def footnote(self) -> str:
        return (
            f"What students said is counted over all weeks, from {FEWEST_STUDENTS} people of {FEWEST_GROUPS} groups "
            "on. Cohorts in which fewer said something count together, in the course only. Asks are those of the "
            "weeks chosen."
        )


def found_materials(counts: TrendCounts) -> FoundMaterials:
    view, about = counts.view, counts.view.filters
    rows = [
        FoundMaterial(
            material=material,
            url=trends_url(view, material=material.pk),
            found=counts.opinions.get(material.pk),
            asks=Number.of(counts.asks.materials[material.pk], view.drill_with(material=material.pk)),
        )
        for material in view.materials.values()
        if about.milestone in (None, material.milestone_id) and about.material in (None, material.pk)
    ]
    told = [row for row in rows if row.found or row.asks.count]
    return FoundMaterials(tuple(sorted(told, key=_rank)), is_whole=view.groups is None)


def _rank(row: FoundMaterial) -> tuple[float, int, int]:
    share, said = (row.found.share, row.found.said) if row.found else (-1.0, 0)
    return -share, -said, -row.asks.count


def _finding(counts: TrendCounts) -> str:
    row = next((row for row in found_materials(counts).rows if row.found), None)
    if row is None or row.found is None:
        return ""
    if not row.found.troubled:
        return "Nobody found a material confusing or too long."
    return f"{row.words} found {row.material} confusing or too long."


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in found_materials(counts).rows:
        found = row.found
        numbers = (
            (found.people, found.confusing, found.too_long, found.useful, rounded(found.share))
            if found
            else (None,) * 5
        )
        yield str(row.material), row.material.milestone.title, *numbers, row.asks.count


PANEL = Panel(
    name="found",
    position=6,
    title="How materials were found",
    template="trends/_trends_found.html",
    finding=_finding,
    content=found_materials,
    csv_columns=(
        *("Material", "Milestone", "People", "Confusing", "Too long", "Useful", "Confusing or too long"),
        "Asks",
    ),
    csv_rows=_csv_rows,
    needs_asks=False,
)
