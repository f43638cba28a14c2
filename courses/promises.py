"""Promised times to answer, and time waited, in weekdays.

The clock of a promise is the one on the wall, in the time zone of the cohort. It stops on weekends and in pauses. A
weekday is 24 hours of it: what was asked on Friday at 15:00 and is promised within a weekday, is so by Monday at 15:00.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.text import counted
from lib.weeks import Period

_DAY = timedelta(days=1)
# How far ahead the end of a promise is looked for.
_MOST_DAYS = 2 * 366


@dataclass(frozen=True, slots=True)
class Wait:
    """Time waited for an answer, and the weekdays within which it is promised.

    `days` is 0 where nothing is promised: such a wait is never over. `since` is None for the middle of several.
    `due_at` is None where nothing is promised, or a pause has no end.
    """

    waited: timedelta
    days: int = 0
    since: datetime | None = None
    due_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        return self.days > 0 and self.waited > self.days * _DAY

    @property
    def is_twice_over(self) -> bool:
        return self.days > 0 and self.waited > 2 * self.days * _DAY

    @property
    def late_days(self) -> int | None:
        """Whole weekdays since it is over; None while there is time."""
        return self.waited // _DAY - self.days if self.is_over else None

    @property
    def late_label(self) -> str:
        return late_label(self.late_days)


def late_label(days: int | None) -> str:
    """ "late", "1 day late", "5 days late"; empty while there is time."""
    if days is None:
        return ""
    return f"{counted(days, 'day')} late" if days else "late"


def waited(since: datetime, until: datetime, *, time_zone: str, pauses: Iterable[Period]) -> timedelta:
    """Return the time from one moment to another on the clock of a promise. 0 if the second is not later."""
    zone = ZoneInfo(time_zone)
    begun, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (since, until))
    if end <= begun:
        return timedelta()
    total, counted_to = _ticked(end) - _ticked(begun), begun
    for pause in sorted(pauses, key=lambda pause: pause.starts_on):
        first = max(_midnight(pause.starts_on), counted_to)
        last = end if pause.ends_on is None else min(_midnight(pause.ends_on + _DAY), end)
        if first < last:
            total -= _ticked(last) - _ticked(first)
            counted_to = last
    return total


def promised_until(
    since: datetime, days: int, *, time_zone: str, pauses: Iterable[Period]
) -> datetime | None:
    """Return when the clock of a promise has run for so many weekdays; None if that is more than two years ahead."""
    zone, left, pauses = ZoneInfo(time_zone), days * _DAY, list(pauses)
    moment = since.astimezone(zone).replace(tzinfo=None)
    for _ in range(_MOST_DAYS):
        midnight = _midnight(moment.date() + _DAY)
        if moment.weekday() < 5 and not any(pause.contains(moment.date()) for pause in pauses):
            if left <= midnight - moment:
                return (moment + left).replace(tzinfo=zone)
            left -= midnight - moment
        moment = midnight
    return None


def _ticked(moment: datetime) -> timedelta:
    """The time from Monday 1 January 0001 on, weekends left out."""
    weeks, weekday = divmod(moment.date().toordinal() - 1, 7)
    whole = timedelta(days=5 * weeks + min(weekday, 5))
    return whole + (moment - _midnight(moment.date()) if weekday < 5 else timedelta())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
