from collections.abc import Iterator
from dataclasses import dataclass

from trends.counts import TrendCounts
from trends.counts.waits import lacking_definition, milestones_asked_about
from trends.forms.drill_down import NOTHING, Lack
from trends.panels.links import Link, questions_link, questions_url
from trends.panels.panel import CsvRow, Panel

_REASONS = (Lack.UNCLEAR, Lack.WRONG, Lack.WAITING)


@dataclass(frozen=True, slots=True)
class UnanswerableRow:
    """A milestone. `counts` has one number for each of _REASONS. Each question counts once in `all`."""

    title: str
    all: int
    counts: tuple[int, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Unanswerable:
    count: int
    rows: tuple[UnanswerableRow, ...]
    query: str


@dataclass(frozen=True, slots=True)
class LackRow:
    label: str
    numbers: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class UnanswerableTable:
    definition: str
    rows: tuple[LackRow, ...]
    total: Link


def unanswerable(counts: TrendCounts) -> Unanswerable:
    view, waits = counts.view, counts.waits
    rows = [
        UnanswerableRow(
            title=title,
            all=lacks[Lack.ANY],
            counts=tuple(lacks[reason] for reason in _REASONS),
            query=view.drill_with(is_first_ask=True, lack=Lack.ANY, milestone=milestone or NOTHING).query,
        )
        for milestone, title in milestones_asked_about(view, waits)
        if (lacks := waits.by_milestone[milestone].lacks)[Lack.ANY]
    ]
    count = waits.all.lacks[Lack.ANY]
    return Unanswerable(
        count=count,
        rows=tuple(sorted(rows, key=lambda row: -row.all)),
        query=view.drill_with(is_first_ask=True, lack=Lack.ANY).query if count else "",
    )


def unanswerable_table(counts: TrendCounts) -> UnanswerableTable:
    figures = unanswerable(counts)
    return UnanswerableTable(
        definition=lacking_definition(counts.view.course.question_open_days),
        rows=tuple(
            LackRow(
                label=row.title,
                numbers=(
                    questions_link(row.all, row.query),
                    *(
                        questions_link(count, row.query, lack=reason)
                        for reason, count in zip(_REASONS, row.counts, strict=True)
                    ),
                ),
            )
            for row in figures.rows
        ),
        total=Link(str(figures.count), questions_url(figures.query)),
    )


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    for row in unanswerable(counts).rows:
        yield row.title, row.all, *row.counts


UNANSWERABLE = Panel(
    name="unanswerable",
    title="Not answered by the material",
    template="trends/_trends_unanswerable.html",
    content=unanswerable_table,
    csv_columns=("Milestone", "Questions", "Unclear", "Wrong", "Still waiting"),
    csv_rows=_csv_rows,
)
