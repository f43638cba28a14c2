from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lib.days import day_label
from lib.weeks import Week, monday_of
from trends.charts.columns import ColumnChart, Series, column_chart
from trends.counts import TrendCounts, TrendView
from trends.counts.asks import asks_left_out_label
from trends.figures import mondays
from trends.forms.drill_down import NOTHING, DrillDown
from trends.panels.links import Link, Number, count_label, trends_url
from trends.panels.panel import CsvRow, Panel

# A screen fits half a year of columns.
WEEKS_SHOWN = 26
# The most milestones whose titles fit side by side.
_ACROSS = 6


@dataclass(frozen=True, slots=True)
class MilestoneSeries:
    """The asks about one milestone (None: without a milestone), one cell for each week of the chart."""

    milestone_id: int | None
    title: str
    # Of all weeks of the view, also those that are not shown.
    total: Number
    cells: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class AsksByWeek:
    """Asks per week by milestone, including weeks without asks between the first and the last.

    `totals` has one number for each week. `is_shortened`: earlier weeks are left out. `is_last_running`: the last week
    is not over. `undated`: asks of which nobody knows when, which are in no week.
    """

    weeks: tuple[Week, ...]
    series: tuple[MilestoneSeries, ...]
    totals: tuple[Number, ...]
    is_shortened: bool
    is_last_running: bool
    undated: int = 0


@dataclass(frozen=True, slots=True)
class WeekRow:
    label: str
    cells: tuple[Number, ...]
    total: Number


@dataclass(frozen=True, slots=True)
class WeekChart:
    columns: ColumnChart
    summary: str
    milestones: tuple[Link, ...]
    rows: tuple[WeekRow, ...]
    # Of all weeks of the view, also those that are not shown. `total` includes the asks without a date.
    totals: tuple[Number, ...]
    total: Number
    undated: Number
    # Too many columns to fit on paper with horizontal titles.
    has_many_milestones: bool


def asks_by_week(
    counts: TrendCounts, weeks_shown: int | None = WEEKS_SHOWN, *, has_series: bool = True
) -> AsksByWeek:
    """Return asks per week by milestone, in the order of the course. Asks without a milestone come last.

    Args:
        weeks_shown: the number of latest weeks to return, None for all.
        has_series: False leaves the milestones out, which cost most, since each number has its link.
    """
    view = counts.view
    chosen = {run.cohort_id for run in view.chosen}
    cells: Counter[tuple[int | None, date]] = Counter()
    undated = 0
    for (cohort, monday, milestone), asks in counts.asks.cells.items():
        if cohort not in chosen or not view.span.holds(monday):
            continue
        if monday is None:
            undated += asks
        else:
            cells[milestone, monday] += asks
    if not cells:
        return AsksByWeek((), (), (), is_shortened=False, is_last_running=False, undated=undated)
    all_weeks = mondays(min(monday for _, monday in cells), _last_week(view, cells))
    weeks = all_weeks if weeks_shown is None else all_weeks[-weeks_shown:]
    drills = [view.drill_with(since=monday, until=monday + timedelta(days=6)) for monday in weeks]
    totals = [sum(cells[milestone, monday] for milestone in (*view.milestones, None)) for monday in weeks]
    return AsksByWeek(
        weeks=tuple(Week(monday) for monday in weeks),
        series=tuple(_series(view, cells, weeks, drills)) if has_series else (),
        totals=tuple(Number.of(asks, drill) for asks, drill in zip(totals, drills, strict=True)),
        is_shortened=len(weeks) < len(all_weeks),
        is_last_running=weeks[-1] >= monday_of(view.now.date()),
        undated=undated,
    )


def _last_week(view: TrendView, cells: Counter[tuple[int | None, date]]) -> date:
    """This week, or the last one of cohorts that are over or of the period; a later one if it has asks."""
    last = max(monday_of(run.last_on) for run in view.chosen)
    last = min(last, view.span.last) if view.span.last else last
    return max(last, *(monday for _, monday in cells))


def _series(
    view: TrendView, cells: Counter[tuple[int | None, date]], weeks: list[date], drills: list[DrillDown]
) -> Iterator[MilestoneSeries]:
    asked = {milestone for milestone, monday in cells}
    for milestone, title in (*view.milestones.items(), (None, "No milestone")):
        if milestone not in asked:
            continue
        number = milestone or NOTHING
        total = sum(asks for (at, _), asks in cells.items() if at == milestone)
        yield MilestoneSeries(
            milestone_id=milestone,
            title=title,
            total=Number.of(total, view.drill_with(milestone=number)),
            cells=tuple(
                Number.of(cells[milestone, monday], replace(drill, milestone=number))
                for monday, drill in zip(weeks, drills, strict=True)
            ),
        )


def week_chart(counts: TrendCounts) -> WeekChart:
    by_week, view = asks_by_week(counts), counts.view
    today = view.latest_today
    return WeekChart(
        columns=column_chart(
            [f"{week.starts_on.day} {week.starts_on:%b}" for week in by_week.weeks],
            [
                Series(
                    "Asks",
                    tuple(total.count for total in by_week.totals),
                    tuple(total.url for total in by_week.totals),
                )
            ],
            open_at=len(by_week.weeks) - 1 if by_week.is_last_running else None,
        ),
        summary=_summary(by_week, today),
        milestones=tuple(
            Link(series.title, trends_url(view, milestone=series.milestone_id or NOTHING))
            for series in by_week.series
        ),
        rows=tuple(
            WeekRow(
                label=day_label(week.starts_on, today),
                cells=tuple(series.cells[n] for series in by_week.series),
                total=by_week.totals[n],
            )
            for n, week in enumerate(by_week.weeks)
        ),
        totals=tuple(series.total for series in by_week.series),
        total=Number.of(counts.asks.total, view.drill),
        undated=Number.of(by_week.undated, view.drill_with(is_undated=True)),
        has_many_milestones=len(by_week.series) > _ACROSS,
    )


def _summary(by_week: AsksByWeek, today: date) -> str:
    if not by_week.weeks:
        return asks_left_out_label(by_week.undated)
    asks = [total.count for total in by_week.totals]
    summary = f"{count_label(sum(asks), 'ask')} in {count_label(len(by_week.weeks), 'week')}"
    if len(asks) > 1:
        busiest = by_week.weeks[asks.index(max(asks))]
        summary += f", most of them in the week of {day_label(busiest.starts_on, today)}: {max(asks):,}"
    summary += "."
    if by_week.is_last_running:
        summary += " The last week is not over yet."
    if by_week.is_shortened:
        summary += " Earlier weeks are in the CSV."
    return f"{summary} {asks_left_out_label(by_week.undated)}".strip()


def _finding(counts: TrendCounts) -> str:
    return _summary(asks_by_week(counts, has_series=False), counts.view.latest_today)


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    by_week = asks_by_week(counts, weeks_shown=None)
    for n, week in enumerate(by_week.weeks):
        for series in by_week.series:
            yield week.starts_on, series.title, series.cells[n].count
    if by_week.undated:
        yield None, "no date", by_week.undated


PANEL = Panel(
    name="weeks",
    position=1,
    title="Asks per week",
    template="trends/_trends_weeks.html",
    finding=_finding,
    content=week_chart,
    csv_columns=("Week of", "Milestone", "Asks"),
    csv_rows=_csv_rows,
)
