"""The asks of the latest cohort by week of its run, beside those of the cohort before it."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from trends.charts.columns import ColumnChart, Series, column_chart
from trends.counts import TrendCounts, TrendView
from trends.figures import CohortRun
from trends.panels.links import Number, count_label

# A screen fits half a year of columns.
WEEKS_SHOWN = 26


@dataclass(frozen=True, slots=True)
class RunWeeks:
    columns: ColumnChart
    summary: str


def run_weeks(counts: TrendCounts) -> RunWeeks | None:
    """Return None before the first cohort begins."""
    view, compared = counts.view, counts.compared
    if compared.current is None:
        return None
    current, before = compared.current, compared.before
    first = current.week_number(view.span.first) if view.span.first else None
    last = current.week_number(view.span.last) if view.span.last else None
    runs = (current, before) if before else (current,)
    asked = {run.cohort_id: _asks(counts, run, first, last) for run in runs}
    latest = max(current.weeks_so_far, *(number for asks in asked.values() for number in asks), 1)
    numbers = list(range(max(first or 1, 1), (min(last, latest) if last else latest) + 1))[-WEEKS_SHOWN:]
    if not numbers:
        return None
    running = current.weeks_so_far if current.last_on >= view.now.date() else None
    series = [_series(view, run, asked[run.cohort_id], numbers, first) for run in runs]
    return RunWeeks(
        columns=column_chart(
            [f"Week {number}" for number in numbers],
            series,
            open_at=numbers.index(running) if running in numbers else None,
        ),
        summary=_summary(series, current, running if running in numbers else None),
    )


def _asks(counts: TrendCounts, run: CohortRun, first: int | None, last: int | None) -> Counter[int]:
    """Asks by week of the run. Those before its first week count in it."""
    asks: Counter[int] = Counter()
    for (cohort, monday, _), number in counts.asks.cells.items():
        if cohort != run.cohort_id or monday is None:
            continue
        week = run.week_number(monday)
        if (first is None or week >= first) and (last is None or week <= last):
            asks[max(week, 1)] += number
    return asks


def _series(
    view: TrendView, run: CohortRun, asks: Counter[int], numbers: list[int], first: int | None
) -> Series:
    def shown(number: int) -> int | None:
        return asks[number] if asks[number] or number <= run.weeks_so_far else None

    def url(number: int) -> str:
        monday = run.monday_of_week(number)
        since = monday if number > 1 or first is not None else None
        drill = view.drill_with(cohorts=(run.cohort_id,), since=since, until=monday + timedelta(days=6))
        return Number.of(asks[number], drill).url

    return Series(run.title, tuple(map(shown, numbers)), tuple(map(url, numbers)))


def _summary(series: list[Series], current: CohortRun, running: int | None) -> str:
    sums = [sum(value or 0 for value in one.values) for one in series]
    summary = f"{count_label(sums[0], 'ask')} in {current.title}"
    if len(series) > 1:
        summary += f", {sums[1]:,} in {series[1].name}"
    return f"{summary}. Week {running} is not over." if running else f"{summary}."
