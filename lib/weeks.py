"""Arithmetic with days, weeks and periods.

Weeks run from Monday to Sunday and have ISO 8601 names. Periods include both ends.
A *pause* is a period in which nothing is expected. Counts of days leave it out.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
# Years from 2000 to 2999, so that the weeks before and after are valid dates.
_ISO_WEEK = re.compile(r"(2[0-9]{3})-W([0-9]{2})")


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``starts_on`` to ``ends_on``, both included. Without ``ends_on`` it has not ended.

    Raises ValueError if it ends before it starts.
    """

    starts_on: date
    ends_on: date | None = None

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError(f"A period cannot end on {self.ends_on}, before it starts on {self.starts_on}.")

    def contains(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


def holds(on: date, started_on: date | None, ended_on: date | None) -> bool:
    """Whether something holds on a day. ``ended_on`` is the first day on which it no longer holds.

    Without a start it has always held. Without an end it continues.
    """
    return (started_on is None or started_on <= on) and (ended_on is None or on < ended_on)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """A week from Monday to Sunday. Raises ValueError if the first day is not a Monday."""

    starts_on: date

    def __post_init__(self) -> None:
        if self.starts_on.weekday() != 0:
            raise ValueError(f"A week starts on a Monday; {self.starts_on} is not one.")

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(monday_of(day))

    @classmethod
    def from_iso(cls, slug: str) -> Self:
        """Parse "2026-W38". Raises ValueError for other text and for years outside 2000 to 2999."""
        match = _ISO_WEEK.fullmatch(slug)
        if match is None:
            raise ValueError(f"{slug!r} is not a week such as 2026-W38.")
        return cls(date.fromisocalendar(int(match[1]), int(match[2]), 1))

    @property
    def ends_on(self) -> date:
        return self.starts_on + 6 * _DAY

    @property
    def friday(self) -> date:
        return self.starts_on + 4 * _DAY

    @property
    def iso(self) -> str:
        """Example: "2026-W38". Used in URLs."""
        year, number, _ = self.starts_on.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def label(self) -> str:
        """Example: "Mon 14 to Sun 20 September". Months or years appear twice if they differ."""
        first, last = self.starts_on, self.ends_on
        start = f"Mon {first.day}"
        end = f"Sun {last.day} {last:%B}"
        if first.year != last.year:
            return f"{start} {first:%B %Y} to {end} {last.year}"
        if first.month != last.month:
            return f"{start} {first:%B} to {end}"
        return f"{start} to {end}"

    def contains(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on

    def next(self) -> Self:
        return type(self)(self.starts_on + 7 * _DAY)

    def previous(self) -> Self:
        return type(self)(self.starts_on - 7 * _DAY)

    def is_paused(self, pauses: Iterable[Period]) -> bool:
        """Whether pauses cover all of Monday to Friday."""
        return days_between_without(self.starts_on - _DAY, self.friday, pauses) == 0


def today_in(time_zone: str, now: datetime) -> date:
    """Return the day in an IANA time zone. Raises ValueError if ``now`` is naive."""
    if now.tzinfo is None:
        raise ValueError("today_in needs an aware moment: a naive one is a different day elsewhere.")
    return now.astimezone(ZoneInfo(time_zone)).date()


def days_between_without(start: date, end: date, pauses: Iterable[Period]) -> int:
    """Count the days after ``start``, up to and including ``end``, that are in no pause. 0 if ``end`` is not later."""
    days = max((end - start).days, 0)
    counted_to = start
    for pause in sorted(pauses, key=lambda pause: pause.starts_on):
        first = max(pause.starts_on, counted_to + _DAY)
        last = end if pause.ends_on is None else min(pause.ends_on, end)
        if first <= last:
            days -= (last - first).days + 1
            counted_to = last
    return days


def after_pause(day: date, pauses: Iterable[Period]) -> date | None:
    """Return ``day``, or the first later day that is in no pause. None if that pause has no end."""
    for pause in sorted(pauses, key=lambda pause: pause.starts_on):
        if pause.contains(day):
            if pause.ends_on is None:
                return None
            day = pause.ends_on + _DAY
    return day
