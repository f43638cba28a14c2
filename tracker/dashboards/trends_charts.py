"""The figures of the trends as charts and tables: how long each bar is, and where a click on each number leads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from lib.days import day_words
from lib.weeks import Week
from tracker.charts.columns import Series, StackedColumns, stacked_columns
from tracker.charts.scale import share
from tracker.dashboards.trends.figures import (
    Asks,
    AsksByWeek,
    CategoryAsks,
    ComparedCell,
    Comparison,
    MaterialAsks,
    MilestoneRate,
    MilestoneSeries,
    Trends,
    Waiting,
)

# Bars of a list that may be long; the others stand behind a summary.
FIRST_ROWS = 8
# So many weeks have room in half a page.
_HALF_A_PAGE = 8


@dataclass(frozen=True, slots=True)
class Link:
    """A number in words, and the questions it counts ("" where it counts none)."""

    words: str
    url: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of components/bars.html; `label_url` is the page of trends with this row as a filter."""

    label: str
    words: str
    share: float
    url: str
    label_url: str = ""
    # "" keeps the place that the notes of other rows take.
    note: str | None = None


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
    totals: tuple[Link, ...]
    total: str
    is_wide: bool


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A milestone beside itself in other cohorts."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Charts:
    """All charts of the page."""

    weeks: WeekChart
    rates: tuple[Bar, ...]
    compared: tuple[ComparedRow, ...]
    materials: tuple[Bar, ...]
    more_materials: tuple[Bar, ...]
    categories: tuple[Bar, ...]
    ages: tuple[Bar, ...]


def charts(found: Trends) -> Charts:
    """Return the charts of these trends."""
    page = reverse("tracker:trends", args=[found.course.slug])
    materials = tuple(_material_bars(found.materials, page))
    return Charts(
        weeks=week_chart(found.weeks, today=found.today, page=page),
        rates=tuple(_rate_bars(found.rates, page)),
        compared=tuple(_compared(found.comparison)),
        materials=materials[:FIRST_ROWS],
        more_materials=materials[FIRST_ROWS:],
        categories=tuple(_category_bars(found.categories, page)),
        ages=tuple(_age_bars(found.waiting)),
    )


def said(found: Trends) -> tuple[str, ...]:
    """The filters in words, for paper and for who reads them out: "RAG", "setup", "group Clover"."""
    form, chosen = found.form, found.filters
    words = [
        _label(form.fields[name], value)
        for name, value in (
            *(("cohort", pk) for pk in chosen.cohorts),
            ("milestone", chosen.milestone),
            ("material", chosen.material),
            ("category", chosen.category),
        )
        if value not in (None, "")
    ]
    return (*words, *([f"group {chosen.group_name}"] if chosen.group_name else ()))


def _label(field: Any, value: object) -> str:
    """What a select shows for a value, also below a heading."""
    for key, label in field.choices:
        choices = label if isinstance(label, list | tuple) else [(key, label)]
        for pk, words in choices:
            if str(pk) == str(value):
                return str(words)
    return ""


def week_chart(found: AsksByWeek, *, today: date, page: str) -> WeekChart:
    """Return asks a week by milestone.

    Args:
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
        milestones=tuple(Link(one.title, _address(page, one.narrowed)) for one in found.series),
        rows=tuple(
            WeekRow(
                label=day_words(week.starts_on, today),
                cells=tuple(_link(one.cells[n]) for one in found.series),
                total=_link(found.totals[n]),
            )
            for n, week in enumerate(found.weeks)
        ),
        totals=tuple(_link(one.total) for one in found.series),
        total=f"{sum(one.asks for one in found.totals):,}",
        is_wide=len(found.weeks) > _HALF_A_PAGE,
    )


def questions_url(query: str) -> str:
    """The list of the questions that a figure counts; "" where it counts none."""
    return _address(reverse("tracker:question-list"), query) if query else ""


def _address(page: str, query: str) -> str:
    return f"{page}?{query}" if query else page


def _link(found: Asks) -> Link:
    return Link(f"{found.asks:,}", questions_url(found.query))


def _urls(series: MilestoneSeries) -> Iterator[str]:
    return (questions_url(cell.query) for cell in series.cells)


def _week_words(found: AsksByWeek, today: date) -> str:
    """Say what is to be seen: how many, in how many weeks, most of them when, and what is left out."""
    asks = [one.asks for one in found.totals]
    words = f"{_counted(sum(asks), 'ask')} in {_counted(len(found.weeks), 'week')}"
    if len(asks) > 1:
        busiest: Week = found.weeks[asks.index(max(asks))]
        words += f", most of them in the week of {day_words(busiest.starts_on, today)}: {max(asks):,}"
    words += "."
    if found.is_last_running:
        words += " The last week is not over yet."
    if found.is_shortened:
        words += " Earlier weeks are in the CSV."
    return words


def _rate_bars(rates: Sequence[MilestoneRate], page: str) -> Iterator[Bar]:
    most = max((one.rate or 0 for one in rates), default=0)
    for one in rates:
        yield Bar(
            label=one.title,
            words=one.rate_words,
            share=share(one.rate, most),
            url=questions_url(one.asks.query),
            label_url=_address(page, one.narrowed),
            note=f"{_counted(one.asks.asks, 'ask')}, {_counted(one.students, 'student')}",
        )


def _compared(comparison: Comparison) -> Iterator[ComparedRow]:
    for row in comparison.rows:
        yield ComparedRow(row.title, tuple(_compared_bar(cell, comparison.most) for cell in row.cells))


def _compared_bar(cell: ComparedCell, most: float) -> Bar:
    return Bar(
        label="",
        words=cell.rate_words,
        share=share(cell.rate, most),
        url=questions_url(cell.asks.query),
        note=f"{_counted(cell.asks.asks, 'ask')}, {_counted(cell.students, 'student')}",
    )


def _material_bars(materials: Sequence[MaterialAsks], page: str) -> Iterator[Bar]:
    most = max((one.asks.asks for one in materials), default=0)
    for one in materials:
        yield Bar(
            label=one.title,
            words=f"{one.asks.asks:,}",
            share=share(one.asks.asks, most),
            url=questions_url(one.asks.query),
            label_url=_address(page, one.narrowed),
            note=one.milestone,
        )


def _category_bars(categories: Sequence[CategoryAsks], page: str) -> Iterator[Bar]:
    most = max((one.asks.asks for one in categories), default=0)
    for one in categories:
        yield Bar(
            label=one.label,
            words=f"{one.asks.asks:,}",
            share=share(one.asks.asks, most),
            url=questions_url(one.asks.query),
            label_url=_address(page, one.narrowed),
            note=f"{one.share:.0%}",
        )


def _age_bars(waiting: Waiting) -> Iterator[Bar]:
    most = max((one.count for one in waiting.buckets), default=0)
    for one in waiting.buckets:
        yield Bar(
            label=one.label,
            words=f"{one.count:,}",
            share=share(one.count, most),
            url=questions_url(one.query),
            note="too long" if one.is_too_long and one.count else "",
        )


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
