from collections.abc import Iterator
from dataclasses import dataclass

from lib.text import ended_once
from trends.counts import TrendCounts
from trends.counts.waits import TOO_LONG, milestones_asked_about
from trends.forms.filters import NOTHING, Lack
from trends.panels.links import Number, count_label
from trends.panels.panel import CsvRow, Panel

_DAYS = count_label(TOO_LONG.days, "day")
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
        definition=(
            f"Material was said to be unclear or wrong; or the question has waited longer than {_DAYS}, and "
            "perhaps the material lacks its answer."
        ),
        rows=tuple(sorted(rows, key=lambda row: -row.numbers[0].count)),
        total=number(waits.all.lacks, Lack.ANY),
    )


def _finding(counts: TrendCounts) -> str:
    waits = counts.waits
    reported, waiting = _reported(waits.all.lacks), waits.all.lacks[Lack.WAITING]
    late = (
        f"{count_label(waiting, 'question')} {'has' if waiting == 1 else 'have'} waited longer than {_DAYS}."
    )
    if not reported:
        return late if waiting else "Nothing was reported unclear or wrong, and no question waits too long."
    asked = milestones_asked_about(counts.view, waits)
    most, title = max(
        ((_reported(waits.by_milestone[milestone].lacks), title) for milestone, title in asked if milestone),
        default=(0, ""),
        key=lambda pair: pair[0],
    )
    say = "says" if reported == 1 else "say"
    finding = f"{count_label(reported, 'question')} {say} that material is unclear or wrong"
    if most and reported > 1:
        finding += f", {'all' if most == reported else f'{most:,}'} of them about {title}"
    return ended_once(f"{finding}.") + (f" {late}" if waiting else "")


def _reported(lacks: dict[Lack, int]) -> int:
    return lacks[Lack.UNCLEAR] + lacks[Lack.WRONG]


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in unanswerable(counts).rows:
        yield row.title, *(number.count for number in row.numbers)


PANEL = Panel(
    name="unanswerable",
    position=10,
    title="Unclear, wrong or waiting",
    template="trends/_trends_unanswerable.html",
    finding=_finding,
    content=unanswerable,
    csv_columns=("Milestone", "Questions", "Unclear", "Wrong", "Still waiting"),
    csv_rows=_csv_rows,
)
