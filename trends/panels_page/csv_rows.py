"""The tables of the trends as rows for CSV: plain numbers and days, to be reckoned with."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lib.cells import Value
from trends.panels.figures import AnswerTime, Trends
from trends.panels_page.said import said

type Row = Sequence[Value]


def weeks(found: Trends) -> Iterator[Row]:
    for n, week in enumerate(found.weeks.weeks):
        for series in found.weeks.series:
            yield week.starts_on, series.title, series.cells[n].asks


def milestones(found: Trends) -> Iterator[Row]:
    for row in found.rates:
        yield row.title, row.asks.asks, row.students, _rounded(row.rate)


def cohorts(found: Trends) -> Iterator[Row]:
    columns = found.comparison.columns
    for row in found.comparison.rows:
        for column, cell in zip(columns, row.cells, strict=True):
            yield (
                row.title,
                column.title,
                column.weeks_words,
                cell.asks.asks,
                cell.students,
                _rounded(cell.rate),
            )


def materials(found: Trends) -> Iterator[Row]:
    for row in found.materials:
        yield row.title, row.milestone, row.asks.asks, _rounded(row.share)


def categories(found: Trends) -> Iterator[Row]:
    for row in found.categories:
        yield row.label, row.asks.asks, _rounded(row.share)


def answers(found: Trends) -> Iterator[Row]:
    for row in (*found.answers.by_milestone, found.answers.all):
        yield _answer(row)


def _answer(row: AnswerTime) -> Row:
    return row.title, row.answered, row.unanswered, row.p50_minutes, row.p90_minutes


def waiting(found: Trends) -> Iterator[Row]:
    for row in found.waiting.buckets:
        yield row.label, row.count, row.is_too_long


def unanswerable(found: Trends) -> Iterator[Row]:
    for row in found.unanswerable.rows:
        yield row.title, row.all, row.unclear, row.wrong, row.waiting


def topics(found: Trends) -> Iterator[Row]:
    for row in found.topics.rows:
        tally = row.tally
        yield (
            row.title,
            row.size,
            tally.asks,
            tally.this_week,
            tally.weeks_before,
            _day(tally.first_at),
            _day(tally.last_at),
            row.group_count,
            ", ".join(row.cohorts),
            row.answered,
        )


# The panels by the name that their address has: the head of the columns, and the rows.
PANELS: dict[str, tuple[Sequence[str], Callable[[Trends], Iterator[Row]]]] = {
    "weeks": (["Week of", "Milestone", "Asks"], weeks),
    "milestones": (["Milestone", "Asks", "Active students", "Asks an active student"], milestones),
    "cohorts": (
        ["Milestone", "Cohort", "Weeks", "Asks", "Active students", "Asks an active student"],
        cohorts,
    ),
    "materials": (["Material", "Milestone", "Asks", "Share of all asks"], materials),
    "categories": (["Category", "Asks", "Share of all asks"], categories),
    "answers": (
        ["Milestone", "Answered", "Not answered", "Half within (minutes)", "9 in 10 within (minutes)"],
        answers,
    ),
    "waiting": (["Asked", "Open", "Too long"], waiting),
    "unanswerable": (["Milestone", "Questions", "Unclear", "Wrong", "Still waiting"], unanswerable),
    "topics": (
        [
            "Topic",
            "Questions",
            "Asks",
            "This week",
            "In the 4 weeks before",
            "First asked",
            "Last asked",
            "Groups",
            "Cohorts",
            "Questions answered",
        ],
        topics,
    ),
}


def file_name(found: Trends, panel: str) -> str:
    """A name for the file, without its ending: the course, the panel, the filters, the period."""
    words = " ".join((found.course.title, panel, *said(found), found.period_words))
    kept = "".join(letter if letter.isalnum() or letter in " -_." else " " for letter in words)
    return " ".join(kept.split())[:120].strip(" .")


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)


def _day(moment: Any) -> Value:
    return moment.date() if moment else None
