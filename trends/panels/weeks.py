"""The asks of the latest cohort that has any by week of its run, beside those of the cohort before it."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from lib.weeks import today_in
from trends.charts import ColumnChart, Series, column_chart
from trends.counts import TrendCounts, TrendView
from trends.counts.asks import asks_left_out_label
from trends.figures import CohortRun, Span
from trends.panels.panel import Number, Panel, count_label

# A screen fits half a year of columns.
WEEKS_SHOWN = 26


@dataclass(frozen=True, slots=True)
class RunWeeks:
    """One chart and its table: a row per week of the run, with a cell per cohort. None: the cohort is not there yet.

    `undated` are in no week.
    """

    columns: ColumnChart
    summary: str
    cohorts: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Number | None, ...]], ...]
    undated: Number


def run_weeks(counts: TrendCounts) -> RunWeeks | None:
    """Return None before the first cohort begins."""
    view, compared = counts.view, counts.compared
    if compared.current is None:
        return None
    current, before = compared.current, compared.before
    first = current.week_number(view.span.first) if view.span.first else None
    last = current.week_number(view.span.last) if view.span.last else None
    spans = {current: view.span}
    if before:
        spans[before] = before.weeks_of(first, last)
    asked = [_asks(counts, run, span) for run, span in spans.items()]
    latest = max(current.weeks_so_far, *(number for asks in asked for number in asks), 1)
    weeks = list(range(max(first or 1, 1), (min(last, latest) if last else latest) + 1))
    numbers = weeks[-WEEKS_SHOWN:]
    if not numbers:
        return None
    today = today_in(view.zones[current.cohort_id], view.now)
    running = current.weeks_so_far if current.last_on == today and not current.is_in_break else None
    cells = [
        [_number(view, run, asks[number], number, span) for number in numbers]
        for (run, span), asks in zip(spans.items(), asked, strict=True)
    ]
    undated = sum(
        asks
        for (cohort, monday, _), asks in counts.asks.cells.items()
        if monday is None and cohort == current.cohort_id and view.span.holds(None)
    )
    summary = f"Asked {count_label(asked[0].total(), 'time')} in {current.title}"
    if before:
        summary += f", {asked[1].total():,} in {before.title}"
    summary += "."
    if running in numbers:
        summary += f" Week {running} is not over."
    if len(numbers) < len(weeks):
        summary += " Earlier weeks are in the CSV."
    return RunWeeks(
        columns=column_chart(
            [f"Week {number}" for number in numbers],
            [
                Series(
                    run.title,
                    tuple(cell.count if cell else None for cell in row),
                    tuple(cell.url if cell else "" for cell in row),
                )
                for run, row in zip(spans, cells, strict=True)
            ],
            open_at=numbers.index(running) if running in numbers else None,
        ),
        summary=f"{summary} {asks_left_out_label(undated)}".strip(),
        cohorts=tuple(run.title for run in spans),
        rows=tuple(
            (f"Week {number}", row) for number, row in zip(numbers, zip(*cells, strict=True), strict=True)
        ),
        undated=Number.of(undated, view, cohort=(current.cohort_id,), undated=True),
    )


def _asks(counts: TrendCounts, run: CohortRun, span: Span) -> Counter[int]:
    """Asks by week of the run. Those before its first week count in it."""
    asks: Counter[int] = Counter()
    for (cohort, monday, _), number in counts.asks.cells.items():
        if cohort == run.cohort_id and monday is not None and span.holds(monday):
            asks[max(run.week_number(monday), 1)] += number
    return asks


def _number(view: TrendView, run: CohortRun, asks: int, number: int, span: Span) -> Number | None:
    if not asks and number > run.weeks_so_far:
        return None
    weeks = run.weeks_of(number if number > 1 else None, number).within(span)
    until = weeks.ends_before - timedelta(days=1) if weeks.ends_before else None
    return Number.of(asks, view, cohort=(run.cohort_id,), since=weeks.first, until=until)


def _finding(counts: TrendCounts) -> str:
    weeks = run_weeks(counts)
    return weeks.summary if weeks else ""


PANEL = Panel(
    name="weeks",
    title="Times asked, by week of the run",
    template="trends/_trends_weeks.html",
    finding=_finding,
    content=run_weeks,
)
