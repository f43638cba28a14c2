"""When things happen in the demo: words such as "w1 fri 18:30" made into moments of a cohort that runs today."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.weeks import monday_of

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(r"w(?P<week>-?\d) (?P<weekday>[a-z]{3})|ago (?P<ago>\d{1,2})")


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one cohort, told on the day that `today` is there.

    A day is "w0 mon" (week of the cohort, counted from 0, and weekday) or "ago 8" (days before today). A moment
    is a day with a time of the cohort's zone: "w0 mon 18:30".
    """

    starts_on: date
    today: date
    zone: ZoneInfo

    @classmethod
    def of(cls, *, weeks_ago: int, today: date, zone: ZoneInfo) -> "Days":
        """Those of a cohort that began on a Monday: this week's, if 0 weeks ago."""
        return cls(monday_of(today) - timedelta(weeks=weeks_ago), today, zone)

    def day(self, words: str) -> date:
        """Return the day; raises ValueError for other words."""
        found = _DAY.fullmatch(words)
        if found is None or (found["weekday"] and found["weekday"] not in _WEEKDAYS):
            raise ValueError(f"{words!r} is no day such as 'w1 fri' or 'ago 8'.")
        if found["ago"]:
            return self.today - timedelta(days=int(found["ago"]))
        return self.starts_on + timedelta(weeks=int(found["week"]), days=_WEEKDAYS.index(found["weekday"]))

    def moment(self, words: str) -> datetime:
        """Return the moment, in UTC; raises ValueError for other words."""
        day, _, clock = words.rpartition(" ")
        return datetime.combine(self.day(day), time.fromisoformat(clock), self.zone).astimezone(UTC)
