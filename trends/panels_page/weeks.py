"""Asks a week by milestone, as columns and as a table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from lib.days import day_label
from lib.weeks import Week
from trends.charts.columns import Series, StackedColumns, stacked_columns
from trends.panels.figures import Asks, AsksByWeek, MilestoneSeries
from trends.panels_page.links import Link, address, asks_link, counted, questions_url

# So many weeks have room in half a page.
_HALF_A_PAGE = 8
# So many milestones have room for their titles side by side.
_ACROSS = 6


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A week of the table: its asks by milestone, in the order of the milestones, and in all."""

    label: str
    cells: tuple[Link, ...]
    total: Link


@dataclass(frozen=True, slots=True)
class WeekChart:
    """Asks a week by milestone, as columns and as a table."""

    columns: StackedColumns
    words: str
    milestones: tuple[Link, ...]
    rows: tuple[WeekRow, ...]
    # Of all weeks of the view, also those that are not shown.
    totals: tuple[Link, ...]
    total: Link
    is_wide: bool
    # More columns than stand side by side on paper with their titles written across.
    has_many_milestones: bool


def week_chart(found: AsksByWeek, *, whole: Asks, today: date, page: str) -> WeekChart:
    """Return asks a week by milestone.

    Args:
        whole: all asks of the view.
        page: the address of the trends.
    """
    return WeekChart(
        columns=stacked_columns(
            [f"{week.starts_on.day} {week.starts_on:%b}" for week in found.weeks],
            [
                Series(one.title, tuple(cell.asks for cell in one.cells), tuple(_urls(one)))
                for one in found.series
            ],
        ),
        words=_week_words(found, today),
        milestones=tuple(Link(one.title, address(page, one.narrowed)) for one in found.series),
        rows=tuple(
            WeekRow(
                label=day_label(week.starts_on, today),
                cells=tuple(asks_link(one.cells[n]) for one in found.series),
                total=asks_link(found.totals[n]),
            )
            for n, week in enumerate(found.weeks)
        ),
        totals=tuple(asks_link(one.total) for one in found.series),
        total=asks_link(whole),
        is_wide=len(found.weeks) > _HALF_A_PAGE,
        has_many_milestones=len(found.series) > _ACROSS,
    )


def _urls(series: MilestoneSeries) -> Iterator[str]:
    return (questions_url(cell.query) for cell in series.cells)


def _week_words(found: AsksByWeek, today: date) -> str:
    """Say what is to be seen: how many, in how many weeks, most of them when, and what is left out."""
    asks = [one.asks for one in found.totals]
    words = f"{counted(sum(asks), 'ask')} in {counted(len(found.weeks), 'week')}"
    if len(asks) > 1:
        busiest: Week = found.weeks[asks.index(max(asks))]
        words += f", most of them in the week of {day_label(busiest.starts_on, today)}: {max(asks):,}"
    words += "."
    if found.is_last_running:
        words += " The last week is not over yet."
    if found.is_shortened:
        words += " Earlier weeks are in the CSV."
    return words
