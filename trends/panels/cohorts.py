"""Cohorts side by side, over the same weeks of their runs."""

from collections.abc import Iterator
from dataclasses import dataclass

from trends.charts.scale import rate_share
from trends.counts import TrendCounts
from trends.counts.asks import asks_left_out_label
from trends.counts.students import left_out_label
from trends.figures import CohortRun, Span, rate, rate_label
from trends.panels.links import Number, count_label, students_label
from trends.panels.panel import CsvRow, Panel, rounded


@dataclass(frozen=True, slots=True)
class ComparedCohort:
    title: str
    weeks_label: str


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """`share` is a percentage of the highest rate, for the bar."""

    asks: Number
    students: int
    undated: int
    rate: float | None
    share: float | None

    @property
    def rate_label(self) -> str:
        # The cohort may have been at the milestone in other weeks, which the panel of milestones counts.
        if not self.students and not self.undated:
            return "nobody in these weeks"
        return rate_label(self.rate, self.students, self.undated)

    @property
    def note(self) -> str:
        return f"{count_label(self.asks.count, 'ask')}, {students_label(self.students, self.undated)}"


@dataclass(frozen=True, slots=True)
class ComparedMilestone:
    title: str
    cells: tuple[ComparedCell, ...]


@dataclass(frozen=True, slots=True)
class CohortComparison:
    columns: tuple[ComparedCohort, ...]
    rows: tuple[ComparedMilestone, ...]
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
    counted = {}
    undated = counts.students.undated
    for milestone in view.milestones:
        row = [
            (run, asks[run.cohort_id][milestone], counts.students.compared[run.cohort_id, milestone])
            for run in compared.runs
        ]
        if any(asked or students or undated[run.cohort_id, milestone] for run, asked, students in row):
            counted[milestone] = row
    if not counted:
        return None
    most = max(rate(asked, students) or 0 for row in counted.values() for _, asked, students in row)

    def cell(run: CohortRun, milestone: int, asked: int, students: int) -> ComparedCell:
        span, value = spans[run.cohort_id], rate(asked, students)
        only = {"cohort": (run.cohort_id,), "milestone": milestone, "since": span.first, "until": span.last}
        without = undated[run.cohort_id, milestone]
        return ComparedCell(Number.of(asked, view, **only), students, without, value, rate_share(value, most))

    left_out = sum(undated[run.cohort_id, at] for run in compared.runs for at in counted)
    shown = {run.cohort_id for run in compared.runs}
    without_week = sum(
        asks for (at, monday, _), asks in counts.asks.cells.items() if at in shown and monday is None
    )
    return CohortComparison(
        columns=tuple(
            ComparedCohort(run.title, _weeks_label(run, spans[run.cohort_id])) for run in compared.runs
        ),
        rows=tuple(
            ComparedMilestone(
                view.milestones[milestone],
                tuple(cell(run, milestone, asked, students) for run, asked, students in row),
            )
            for milestone, row in counted.items()
        ),
        note=(
            f"Each over {_weeks_label(compared.current, spans[compared.current.cohort_id])} of its own run. "
            + f"{left_out_label(left_out)} {asks_left_out_label(without_week)}"
        ).strip(),
    )


def _weeks_label(run: CohortRun, span: Span) -> str:
    """Return e.g. "week 3", "weeks 1 to 3"."""
    first = run.week_number(span.first) if span.first else 1
    last = run.week_number(span.last) if span.last else run.weeks_so_far
    first = max(first, 1)
    return f"weeks {first} to {last}" if last > first else f"week {last}"


def _finding(counts: TrendCounts) -> str:
    comparison = cohort_comparison(counts)
    if comparison is None:
        return ""
    first, last = comparison.columns[0], comparison.columns[-1]
    differences = [
        (abs(row.cells[-1].rate - row.cells[0].rate), row)
        for row in comparison.rows
        if row.cells[0].rate is not None and row.cells[-1].rate is not None
    ]
    if not differences:
        return f"{first.title} and {last.title} over {last.weeks_label}: too few students for a rate."
    _, row = max(differences, key=lambda difference: difference[0])
    return (
        f"{row.title} differs most: {row.cells[0].rate_label} asks per student in {first.title}, "
        f"{row.cells[-1].rate_label} in {last.title}."
    )


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    comparison = cohort_comparison(counts)
    if comparison is None:
        return
    for row in comparison.rows:
        for column, cell in zip(comparison.columns, row.cells, strict=True):
            yield (
                *(row.title, column.title, column.weeks_label),
                *(cell.asks.count, cell.students, rounded(cell.rate), cell.undated),
            )


PANEL = Panel(
    name="cohorts",
    position=3,
    title="Cohorts side by side",
    template="trends/_trends_cohorts.html",
    finding=_finding,
    content=cohort_comparison,
    csv_columns=(
        *("Milestone", "Cohort", "Weeks", "Asks", "Active students", "Asks per active student"),
        "Without a date",
    ),
    csv_rows=_csv_rows,
)
