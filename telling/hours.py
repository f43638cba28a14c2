"""Hours of mails: not at night and not at weekends, in the reader's time zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGIN, END = time(8), time(21)
_SATURDAY = 5


def is_quiet(at: datetime, zone: str) -> bool:
    there = at.astimezone(ZoneInfo(zone))
    return there.weekday() >= _SATURDAY or not BEGIN <= there.time() < END


def next_waking(at: datetime, zone: str) -> datetime:
    """Return the moment itself, or the next morning of a working day."""
    if not is_quiet(at, zone):
        return at
    there = at.astimezone(ZoneInfo(zone))
    day = there.date() if there.time() < BEGIN else there.date() + timedelta(days=1)
    while day.weekday() >= _SATURDAY:
        day += timedelta(days=1)
    return datetime.combine(day, BEGIN, ZoneInfo(zone)).astimezone(at.tzinfo)


def midnight(at: datetime, zone: str) -> datetime:
    there = at.astimezone(ZoneInfo(zone))
    return datetime.combine(there.date(), time.min, ZoneInfo(zone))
