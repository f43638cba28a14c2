"""The figures of the trends as charts and tables: how long each bar is, and where a click on each number leads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse

from trends.charts.scale import share
from trends.panels.figures import (
    CategoryAsks,
    ComparedCell,
    Comparison,
    MaterialAsks,
    MilestoneRate,
    Trends,
    Waiting,
)
from trends.panels_page.links import address, counted, questions_url
from trends.panels_page.waits import AnswerRow, LackRow, answer_row, lack_row
from trends.panels_page.weeks import WeekChart, week_chart

# Bars of a list that may be long; the others stand behind a summary.
FIRST_ROWS = 8


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of components/bars.html; `label_url` is the page of trends with this row as a filter."""

    label: str
    words: str
    # None: there is no number to draw.
    share: float | None
    url: str
    label_url: str = ""
    # Where what is named belongs: the milestone of a material.
    place: str = ""
    # "" keeps the place that the notes of other rows take.
    note: str | None = None


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
    answers: tuple[AnswerRow, ...]
    all_answers: AnswerRow
    ages: tuple[Bar, ...]
    lacks: tuple[LackRow, ...]


def charts(found: Trends) -> Charts:
    """Return the charts of these trends."""
    page = reverse("trends:trends", args=[found.course.slug])
    materials = tuple(_material_bars(found.materials, page))
    return Charts(
        weeks=week_chart(found.weeks, whole=found.head.asks, today=found.today, page=page),
        rates=tuple(_rate_bars(found.rates, page)),
        compared=tuple(_compared(found.comparison)),
        materials=materials[:FIRST_ROWS],
        more_materials=materials[FIRST_ROWS:],
        categories=tuple(_category_bars(found.categories, page)),
        answers=tuple(answer_row(one) for one in found.answers.by_milestone),
        all_answers=answer_row(found.answers.all),
        ages=tuple(_age_bars(found.waiting)),
        lacks=tuple(lack_row(one) for one in found.unanswerable.rows),
    )


def _rate_bars(rates: Sequence[MilestoneRate], page: str) -> Iterator[Bar]:
    most = max((one.rate or 0 for one in rates), default=0)
    for one in rates:
        yield Bar(
            label=one.title,
            words=one.rate_words,
            share=_share(one.rate, most),
            url=questions_url(one.asks.query),
            label_url=address(page, one.narrowed),
            note=f"{counted(one.asks.asks, 'ask')}, {counted(one.students, 'student')}",
        )


def _compared(comparison: Comparison) -> Iterator[ComparedRow]:
    for row in comparison.rows:
        yield ComparedRow(row.title, tuple(_compared_bar(cell, comparison.most) for cell in row.cells))


def _compared_bar(cell: ComparedCell, most: float) -> Bar:
    return Bar(
        label="",
        words=cell.rate_words,
        share=_share(cell.rate, most),
        url=questions_url(cell.asks.query),
        note=f"{counted(cell.asks.asks, 'ask')}, {counted(cell.students, 'student')}",
    )


def _material_bars(materials: Sequence[MaterialAsks], page: str) -> Iterator[Bar]:
    # Asks that name none are often the most: the bars are for comparing materials.
    most = max((one.asks.asks for one in materials if one.material_id), default=0)
    for one in materials:
        yield Bar(
            label=one.title,
            words=f"{one.asks.asks:,}",
            share=share(one.asks.asks, most) if one.material_id else None,
            url=questions_url(one.asks.query),
            label_url=address(page, one.narrowed),
            place=one.milestone,
        )


def _category_bars(categories: Sequence[CategoryAsks], page: str) -> Iterator[Bar]:
    most = max((one.asks.asks for one in categories), default=0)
    for one in categories:
        yield Bar(
            label=one.label,
            words=f"{one.asks.asks:,}",
            share=share(one.asks.asks, most),
            url=questions_url(one.asks.query),
            label_url=address(page, one.narrowed),
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


def _share(rate: float | None, most: float) -> float | None:
    return None if rate is None else share(rate, most)
