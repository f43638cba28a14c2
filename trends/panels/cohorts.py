"""Cohorts side by side, over the same weeks of their runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from trends.charts.bars import Bar
from trends.charts.scale import rate_share
from trends.counts import TrendCounts, TrendView
from trends.figures import CohortRun, Span, rate, rate_label
from trends.panels.links import Asks, count_label, questions_url
from trends.panels.panel import CsvRow, Panel, rounded


@dataclass(frozen=True, slots=True)
class ComparedCohort:
    title: str
    weeks_label: str


@dataclass(frozen=True, slots=True)
class ComparedCell:
    asks: Asks
    students: int
    rate: float | None
    rate_label: str


@dataclass(frozen=True, slots=True)
class ComparedMilestone:
    title: str
    cells: tuple[ComparedCell, ...]


@dataclass(frozen=True, slots=True)
class CohortComparison:
    columns: tuple[ComparedCohort, ...]
    rows: tuple[ComparedMilestone, ...]
    note: str


@dataclass(frozen=True, slots=True)
class ComparedRow:
    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class ComparedTable:
    columns: tuple[ComparedCohort, ...]
    rows: tuple[ComparedRow, ...]
    note: str


def cohort_comparison(counts: TrendCounts) -> CohortComparison | None:
    """Return asks per active student by milestone and cohort. None with one cohort, or without numbers."""
    view, compared = counts.view, counts.compared
    if len(compared.runs) < 2 or compared.current is None:
        return None
    spans = compared.spans
    asks = {
        run.cohort_id: counts.asks.by_milestone(run.cohort_id, spans[run.cohort_id]) for run in compared.runs
    }
    rows = []
    for milestone, title in view.milestones.items():
        cells = tuple(
            _cell(view, run, spans[run.cohort_id], milestone, asks[run.cohort_id][milestone],
                  counts.students.compared[run.cohort_id, milestone])
            for run in compared.runs
        )  # fmt: skip
        if any(cell.asks.asks or cell.students for cell in cells):
            rows.append(ComparedMilestone(title, cells))
    if not rows:
        return None
    return CohortComparison(
        columns=tuple(
            ComparedCohort(run.title, _weeks_label(run, spans[run.cohort_id])) for run in compared.runs
        ),
        rows=tuple(rows),
        note=f"Each over {_weeks_label(compared.current, spans[compared.current.cohort_id])} of its own run.",
    )


def _cell(
    view: TrendView, run: CohortRun, span: Span, milestone: int, asks: int, students: int
) -> ComparedCell:
    value = rate(asks, students)
    drill = view.drill_with(cohorts=(run.cohort_id,), milestone=milestone, since=span.first, until=span.last)
    return ComparedCell(Asks.of(asks, drill), students, value, rate_label(value, students))


def _weeks_label(run: CohortRun, span: Span) -> str:
    """Return e.g. "week 3", "weeks 1 to 3"."""
    first = run.week_number(span.first) if span.first else 1
    last = run.week_number(span.last) if span.last else run.weeks_so_far
    first = max(first, 1)
    return f"weeks {first} to {last}" if last > first else f"week {last}"


def _table(counts: TrendCounts) -> ComparedTable | None:
    comparison = cohort_comparison(counts)
    if comparison is None:
        return None
    most = max(cell.rate or 0 for row in comparison.rows for cell in row.cells)
    return ComparedTable(
        comparison.columns,
        tuple(
            ComparedRow(row.title, tuple(_bar(cell, most) for cell in row.cells)) for row in comparison.rows
        ),
        comparison.note,
    )


def _bar(cell: ComparedCell, most: float) -> Bar:
    return Bar(
        label="",
        value_label=cell.rate_label,
        share=rate_share(cell.rate, most),
        url=questions_url(cell.asks.query),
        note=f"{count_label(cell.asks.asks, 'ask')}, {count_label(cell.students, 'student')}",
    )


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    comparison = cohort_comparison(counts)
    if comparison is None:
        return
    for row in comparison.rows:
        for column, cell in zip(comparison.columns, row.cells, strict=True):
            yield (
                *(row.title, column.title, column.weeks_label),
                *(cell.asks.asks, cell.students, rounded(cell.rate)),
            )


COHORTS = Panel(
    name="cohorts",
    title="Cohorts side by side",
    note="asks per active student",
    template="trends/_trends_cohorts.html",
    content=_table,
    csv_columns=("Milestone", "Cohort", "Weeks", "Asks", "Active students", "Asks per active student"),
    csv_rows=_csv_rows,
)
