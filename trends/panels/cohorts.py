"""Cohorts side by side, over the same weeks of their runs."""

from dataclasses import dataclass

from trends.charts import rate_share
from trends.counts import TrendCounts
from trends.counts.asks import asks_left_out_label
from trends.figures import CohortRun, Span
from trends.panels.panel import Panel
from trends.panels.rates import AskRate, ask_rates, no_rate_label, others_label


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """`share` is a percentage of the highest rate, for the bar."""

    of: AskRate
    share: float | None

    @property
    def rate_label(self) -> str:
        # The cohort may have been at the milestone in other weeks, which the panel of milestones counts.
        return self.of.label if self.of.students or self.of.undated else "nobody in these weeks"


@dataclass(frozen=True, slots=True)
class CohortComparison:
    """`columns` are titles of cohorts and of their weeks; `rows` are titles of milestones with a cell a cohort."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[ComparedCell, ...]], ...]
    note: str


def cohort_comparison(counts: TrendCounts) -> CohortComparison | None:
    """Return asks per active student by milestone and cohort. None without another cohort, or without numbers."""
    view, compared = counts.view, counts.compared
    if len(compared.runs) < 2 or compared.current is None:
        return None
    spans = {run: compared.spans[run.cohort_id] for run in compared.runs}
    rates = [
        ask_rates(counts, {run: span}, cohort=(run.cohort_id,), since=span.first, until=span.last)
        for run, span in spans.items()
    ]
    shown = [at for at in view.milestones if any(of_run[at] for of_run in rates)]
    if not shown:
        return None
    most = max(of_run[at].rate or 0 for of_run in rates for at in shown)
    left_out = asks_left_out_label(counts.asks.without_week(compared.spans))
    return CohortComparison(
        columns=tuple((run.title, _weeks_label(run, span)) for run, span in spans.items()),
        rows=tuple(
            (
                view.milestones[at],
                tuple(ComparedCell(of_run[at], rate_share(of_run[at].rate, most)) for of_run in rates),
            )
            for at in shown
        ),
        note=(
            f"Each over {_weeks_label(compared.current, spans[compared.current])} of its own run. {left_out} "
            + others_label(of_run[at] for of_run in rates for at in shown)
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
    (first, _), (last, weeks) = comparison.columns[0], comparison.columns[-1]
    ends = [(title, cells[0], cells[-1]) for title, cells in comparison.rows]
    differences = [
        (abs(after.of.rate - before.of.rate), title, before, after)
        for title, before, after in ends
        if before.of.rate is not None and after.of.rate is not None
    ]
    if not differences:
        left_out = counts.asks.without_week(counts.compared.spans)
        why = no_rate_label((cell.of for _, *both in ends for cell in both), left_out)
        return f"{first} and {last} over {weeks}: {why}."
    _, title, before, after = max(differences, key=lambda difference: difference[0])
    return (
        f"{title} differs most: {before.rate_label} times per student in {first}, "
        f"{after.rate_label} in {last}."
    )


def _why_empty(counts: TrendCounts) -> tuple[str, str]:
    if len(counts.view.runs) == 1:
        return "There is one cohort here", "Wait for the second one."
    return "No two cohorts to compare", "No earlier cohort asked under these filters. Choose several cohorts."


PANEL = Panel(
    name="cohorts",
    title="Cohorts side by side",
    template="trends/_trends_cohorts.html",
    finding=_finding,
    content=cohort_comparison,
    why_empty=_why_empty,
)
