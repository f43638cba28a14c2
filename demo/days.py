import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lib.weeks import monday_of

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = re.compile(r"w(?P<week>-?\d) (?P<weekday>[a-z]{3})|ago (?P<ago>\d{1,2})")


@dataclass(frozen=True, slots=True)
class Days:
    """The days of one cohort, relative to `today` in its time zone.

    A day is "w0 mon" (week of the cohort, counted from 0, and weekday) or "ago 8" (days before today). A moment
    is a day with a time in the cohort's zone: "w0 mon 18:30".
    """

    starts_on: date
    today: date
    zone: ZoneInfo

    @classmethod
    def of(cls, *, weeks_ago: int, today: date, zone: ZoneInfo) -> "Days":
        """The days of a cohort that started on the Monday `weeks_ago` weeks ago. 0 is this week's Monday."""
        return cls(monday_of(today) - timedelta(weeks=weeks_ago), today, zone)

    def day(self, text: str) -> date:
        """Raises ValueError for any other text."""
        match = _DAY.fullmatch(text)
        if match is None or (match["weekday"] and match["weekday"] not in _WEEKDAYS):
            raise ValueError(f"{text!r} is no day such as 'w1 fri' or 'ago 8'.")
        if match["ago"]:
            return self.today - timedelta(days=int(match["ago"]))
        return self.starts_on + timedelta(weeks=int(match["week"]), days=_WEEKDAYS.index(match["weekday"]))

    def moment(self, text: str) -> datetime:
        """Return the moment in UTC. Raises ValueError for any other text."""
        day, _, clock = text.rpartition(" ")
        return datetime.combine(self.day(day), time.fromisoformat(clock), self.zone).astimezone(UTC)
