from collections.abc import Iterator
from dataclasses import dataclass

from lib.text import ended_once
from trends.counts import TrendCounts
from trends.counts.waits import lacking_definition, milestones_asked_about
from trends.forms.filters import NOTHING, Lack
from trends.panels.links import Number, count_label
from trends.panels.panel import CsvRow, Panel

_COLUMNS = (Lack.ANY, Lack.UNCLEAR, Lack.WRONG, Lack.WAITING)


@dataclass(frozen=True, slots=True)
class UnanswerableRow:
    """A milestone. `numbers`: the questions, each once, and then those of each reason."""

    title: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Unanswerable:
    definition: str
    rows: tuple[UnanswerableRow, ...]
    total: Number


def unanswerable(counts: TrendCounts) -> Unanswerable:
    view, waits = counts.view, counts.waits

    def number(lacks: dict[Lack, int], lack: Lack, **about: int) -> Number:
        return Number.of(lacks[lack], view, first=True, lack=lack.value, **about)

    rows = [
        UnanswerableRow(
            title, tuple(number(lacks, lack, milestone=milestone or NOTHING) for lack in _COLUMNS)
        )
        for milestone, title in milestones_asked_about(view, waits)
        if (lacks := waits.by_milestone[milestone].lacks)[Lack.ANY]
    ]
    return Unanswerable(
        definition=lacking_definition(),
        rows=tuple(sorted(rows, key=lambda row: -row.numbers[0].count)),
        total=number(waits.all.lacks, Lack.ANY),
    )


def _finding(counts: TrendCounts) -> str:
    waits = counts.waits
    count = waits.all.lacks[Lack.ANY]
    if not count:
        return "Nothing was reported unclear or wrong, and no question waits too long."
    asked = milestones_asked_about(counts.view, waits)
    most, title = max(
        ((waits.by_milestone[milestone].lacks[Lack.ANY], title) for milestone, title in asked if milestone),
        default=(0, ""),
        key=lambda pair: pair[0],
    )
    finding = f"{count_label(count, 'question')} could not be answered from the material"
    if not most or count == 1:
        return f"{finding}."
    return ended_once(f"{finding}, {'all' if most == count else f'{most:,}'} of them about {title}.")


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in unanswerable(counts).rows:
        yield row.title, *(number.count for number in row.numbers)


PANEL = Panel(
    name="unanswerable",
    position=10,
    title="Not in the material",
    template="trends/_trends_unanswerable.html",
    finding=_finding,
    content=unanswerable,
    csv_columns=("Milestone", "Questions", "Unclear", "Wrong", "Still waiting"),
    csv_rows=_csv_rows,
)
