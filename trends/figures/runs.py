from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from lib.weeks import monday_of
from trends.figures.spans import Span

_DAY = timedelta(days=1)


class Stay(NamedTuple):
    """The weeks in which a student was at a milestone, from one Monday to another; None: they still are.

    Without dates nobody knows when that was: then they are the weeks in which they were enrolled.
    """

    is_dated: bool
    weeks: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True, slots=True)
class CohortRun:
    """A cohort that began in the week of `starts_on`. `last_on` is its last day so far: today, or the day it closed."""

    cohort_id: int
    title: str
    starts_on: date
    last_on: date

    @property
    def first_monday(self) -> date:
        return monday_of(self.starts_on)

    def week_number(self, monday: date) -> int:
        """The week of the run that begins on this Monday, from 1. Weeks before the run are 0 or less."""
        return (monday - self.first_monday).days // 7 + 1

    @property
    def weeks_so_far(self) -> int:
        return max(self.week_number(monday_of(self.last_on)), 0)

    def monday_of_week(self, number: int) -> date:
        return self.first_monday + timedelta(weeks=number - 1)

    def was_there(self, stay: Stay, span: Span) -> bool:
        return any(self.overlaps(first, last, span) for first, last in stay.weeks)

    def overlaps(self, first: date, last: date | None, span: Span) -> bool:
        """Whether a stay in this cohort, from one Monday to another, was in the span. None: it goes on.

        Closing a cohort ends no enrolment, but its students are gone.
        """
        last_monday = monday_of(self.last_on)
        if first > last_monday or (span.last and first > span.last):
            return False
        return span.first is None or min(last or self.last_on, last_monday) >= span.first


def same_weeks(run: CohortRun, other: CohortRun, span: Span) -> Span:
    """The weeks of another run that match a span in this one, up to the current week of this run.

    Asks before the first week count in it, unless the span begins later; so do those after the last week of a run that
    is over. In this run it is the span itself, so that the same students count wherever they are shown.
    """
    if run == other:
        return span
    last = min(span.last, monday_of(run.last_on)) if span.last else monday_of(run.last_on)
    first = other.monday_of_week(run.week_number(span.first)) if span.first else None
    matching = other.monday_of_week(run.week_number(last))
    is_all = span.last is None and matching >= monday_of(other.last_on)
    return Span(first, None if is_all else matching)


def student_weeks(started_on: date, ended_on: date | None, last_on: date, span: Span) -> int:
    """The weeks of the span in which a student was there.

    `ended_on` is the first day after the stay, None if it has not ended. Nothing after `last_on` counts.
    """
    last = min(last_on, ended_on - _DAY) if ended_on else last_on
    if last < started_on:
        return 0
    first_monday, last_monday = monday_of(started_on), monday_of(last)
    if span.first:
        first_monday = max(first_monday, span.first)
    if span.last:
        last_monday = min(last_monday, span.last)
    return max((last_monday - first_monday).days // 7 + 1, 0)
