from dataclasses import dataclass

from courses.models import Material
from trends.counts import TrendCounts
from trends.counts.opinions import Found
from trends.forms.filters import NOTHING
from trends.panels.panel import Number, Panel, count_label


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material, or None for asks that name none. `found` is None where too few said how they found it."""

    material: Material | None
    url: str
    asks: Number
    # The part of all asks of the view, 0 to 1.
    share: float
    found: Found | None

    @property
    def troubled_share(self) -> float | None:
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


def materials(counts: TrendCounts) -> list[MaterialRow]:
    """Return those that most found confusing or too long first, then the others by asks.

    Only course admins see how materials were found, and only of whole cohorts: a group is too small.
    """
    view, about, by_material = counts.view, counts.view.filters, counts.asks.materials
    total = by_material.total()

    def row(material: Material | None) -> MaterialRow:
        pk = material.pk if material else None
        return MaterialRow(
            material=material,
            url=view.url("trends", material=pk or NOTHING),
            asks=Number.of(by_material[pk], view, material=pk or NOTHING),
            share=by_material[pk] / total if total else 0,
            found=counts.opinions.get(pk) if pk else None,
        )

    rows = [
        row(material)
        for material in view.materials.values()
        if about.milestone in (None, material.milestone_id) and about.material in (None, material.pk)
    ]
    told = sorted((row for row in rows if row.found or row.asks.count), key=_rank)
    if by_material[None]:
        told.append(row(None))
    return told


def _rank(row: MaterialRow) -> tuple[float, int, int]:
    share, said = (row.found.share, row.found.said) if row.found else (-1.0, 0)
    return -share, -said, -row.asks.count


def _finding(counts: TrendCounts) -> str:
    rows = [row for row in materials(counts) if row.material]
    sentences = []
    if rows and rows[0].found:
        sentences.append(
            f"{rows[0].words} found {rows[0].material} confusing or too long."
            if rows[0].found.troubled
            else "Nobody found a material confusing or too long."
        )
    most = max(rows, key=lambda row: row.asks.count, default=None)
    if most and most.asks.count:
        sentences.append(f"{most.material} is asked about most: {count_label(most.asks.count, 'time')}.")
    else:
        sentences.append("No question names a material.")
    return " ".join(sentences)


PANEL = Panel(
    name="materials",
    title="Materials",
    template="trends/_trends_materials.html",
    finding=_finding,
    content=materials,
    needs_asks=False,
)
