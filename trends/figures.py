"""The arithmetic of trends: weeks, rates, percentiles, waits. Pure: plain values in, plain values out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from courses.calendar import weeks_taught
from lib.weeks import monday_of

# With fewer students a rate describes them and not the material, and may identify one of them.
FEWEST_STUDENTS = 5
_DAY, _WEEK = timedelta(days=1), timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Span:
    """Whole weeks. `first` and `last` are the Mondays of the first and last week. None leaves that end open."""

    first: date | None = None
    last: date | None = None

    @classmethod
    def of_days(cls, since: date | None, until: date | None) -> "Span":
        return cls(monday_of(since) if since else None, monday_of(until) if until else None)

    def holds(self, monday: date | None) -> bool:
        """Whether that week is in it. An unknown one (None) is only if both ends are open."""
        if monday is None:
            return self == Span()
        return (self.first is None or self.first <= monday) and (self.last is None or monday <= self.last)

    def within(self, other: "Span") -> "Span":
        firsts = [first for first in (self.first, other.first) if first]
        lasts = [last for last in (self.last, other.last) if last]
        return Span(max(firsts, default=None), min(lasts, default=None))

    @property
    def ends_before(self) -> date | None:
        return self.last + _WEEK if self.last else None


class Stay(NamedTuple):
    """The weeks in which a student was at a milestone, from one Monday to another; None: they still are.

    Without dates nobody knows when that was: then they are the weeks in which they were enrolled.
    """

    is_dated: bool
    weeks: tuple[tuple[date, date | None], ...]


@dataclass(frozen=True, slots=True)
class CohortRun:
    """A cohort that began in the week of `starts_on`. `last_on` is its last day so far: today, or its last one.

    `paused` are the Mondays of its weeks that are not taught. They have no number: what happened in them counts in the
    week before.
    """

    cohort_id: int
    title: str
    starts_on: date
    last_on: date
    paused: frozenset[date] = frozenset()

    @property
    def first_monday(self) -> date:
        return monday_of(self.starts_on)

    def week_number(self, monday: date) -> int:
        """The number of the teaching week, from 1, in which something of this week counts; 0 or less before the run."""
        return weeks_taught(self.starts_on, self.paused, monday)

    @property
    def weeks_so_far(self) -> int:
        return max(self.week_number(monday_of(self.last_on)), 0)

    @property
    def is_in_break(self) -> bool:
        return monday_of(self.last_on) in self.paused

    def monday_of_week(self, number: int) -> date:
        monday = self.first_monday + timedelta(weeks=number - 1)
        for paused in sorted(self.paused):
            if self.first_monday <= paused <= monday:
                monday += _WEEK
        return monday

    def weeks_of(self, first: int | None, last: int | None) -> Span:
        """From one teaching week to another, with the breaks between and after them. None leaves that end open."""
        return Span(
            self.monday_of_week(first) if first is not None else None,
            self.monday_of_week(last + 1) - _WEEK if last is not None else None,
        )

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


def rate(asks: int, students: int, by: int | None = None) -> float | None:
    """Asks per student, or per unit of `by` such as student-weeks. None with too few students."""
    base = students if by is None else by
    return asks / base if students >= FEWEST_STUDENTS and base else None


def rate_label(value: float | None, students: int, undated: int = 0) -> str:
    """Return e.g. "1.4", "0.05", "too few students (3)", "no dates", "no dates for 7 of 9", "nobody yet".

    Args:
        undated: students of whom nobody knows when they were there.
    """
    if value is None:
        if undated:
            return f"no dates for {undated} of {undated + students}" if students else "no dates"
        return f"too few students ({students})" if students else "nobody yet"
    return f"{value:.2f}" if 0 < value < 0.1 else f"{value:.1f}"


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """Return the value that a share of all does not exceed (nearest rank); None without any."""
    wanted = max(-(-sum(counts.values()) * share // 1), 1)
    seen = 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= wanted:
            return value
    return None


def wait_label(minutes: int | None) -> str:
    """Return "45 minutes", "9.5 hours", "14 hours", from two days on "2.5 days"; "" for None."""
    if minutes is None:
        return ""
    hours = round(minutes / 60, 1) if minutes < 600 else (minutes + 30) // 60
    days = round(minutes / 1_440, 1)
    number, noun = (
        (max(minutes, 1), "minute") if minutes < 60 else (hours, "hour") if hours < 48 else (days, "day")
    )
    return f"{number:g} {noun}{'' if number == 1 else 's'}"


def left_out_label(undated: int, undated_asks: int, others: int) -> str:
    """Return e.g. "5 students without dates asked 12 times: not counted here", "" if nobody is left out.

    Args:
        undated: students of whom nobody knows when they were there.
        others: the asks of others, who were not there then, or of whom nobody knows who they were.
    """
    named = []
    if undated or undated_asks:
        students = "1 student" if undated == 1 else f"{undated:,} students"
        named.append(f"{students} without dates asked {_times(undated_asks)}")
    if others:
        named.append(f"others asked {_times(others)}")
    return f"{', '.join(named)}: not counted here" if named else ""


def _times(count: int) -> str:
    return {0: "nothing", 1: "once"}.get(count, f"{count:,} times")
