"""The next meeting of a group with its mentor, from the line in which the group says when it meets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from groups.models import Group
from lib.days import day_label
from lib.weeks import Period, Week
from tracker.models import CheckIn
from tracker.standing import Outcome

_DAY = timedelta(days=1)
# A meeting is the next one until it is over.
_LASTS = timedelta(hours=1)
_WEEKS_AHEAD = 8


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """`at` is in the cohort's time zone, None if it is not known; `reader_at` in the reader's if that differs.

    `today` is the cohort's, `reader_today` the reader's.
    """

    on: date
    today: date
    at: time | None
    reader_at: datetime | None
    reader_today: date
    how: str
    is_moved: bool

    @property
    def label(self) -> str:
        """ "today 18:00, by video", "Wed 30 September 18:00 (Thu 05:00 your time)", "Mon 21 September, moved"."""
        days = {self.today: "today", self.today + _DAY: "tomorrow"}
        label = days.get(self.on) or day_label(self.on, self.today)
        if self.at:
            label += f" {self.at:%H:%M}"
        if self.reader_at:
            # "Today" and "tomorrow" are the cohort's. For the reader it may be another day, then or already now.
            is_same_day = (self.reader_at.date(), self.reader_today) == (self.on, self.today)
            label += f" ({self.reader_at:{'%H:%M' if is_same_day else '%a %H:%M'}} your time)"
        return ", ".join(part for part in (label, "moved" if self.is_moved else "", self.how) if part)


def next_meeting(
    group: Group,
    check_ins: Iterable[CheckIn],
    pauses: Iterable[Period],
    now: datetime,
    *,
    reader_zone: str = "",
) -> NextMeeting | None:
    """Return the next meeting; None if the group has not said on which weekday it meets, or the cohort is over.

    Args:
        check_ins: those of this week and later, and those moved from earlier weeks.
    """
    meets, cohort = group.regular_meeting, group.cohort
    today, zone = cohort.today(now), ZoneInfo(cohort.time_zone)
    logged = {check_in.week: check_in for check_in in check_ins}
    moved = [
        (check_in.held_on, True)
        for check_in in logged.values()
        if check_in.outcome == Outcome.MOVED and check_in.held_on and check_in.held_on >= today
    ]
    regular = (
        (day, False)
        for day in (_regular_days(meets.weekdays, today) if meets else ())
        if Week.of(day) not in logged and day >= cohort.starts_on and not any(p.contains(day) for p in pauses)
        if not (meets and meets.at and now > datetime.combine(day, meets.at, zone) + _LASTS)
    )
    on, is_moved = min([*moved, *((first,) if (first := next(regular, None)) else ())], default=(None, False))
    if on is None or cohort.is_closed(on):
        return None
    # The day of a moved meeting is kept, its time is not.
    at = meets.at if meets and not is_moved else None
    there = ZoneInfo(reader_zone) if reader_zone else zone
    return NextMeeting(
        on=on,
        today=today,
        at=at,
        reader_at=_in_zone_of_reader(datetime.combine(on, at, zone), there) if at else None,
        reader_today=now.astimezone(there).date(),
        how=meets.how if meets else "",
        is_moved=is_moved,
    )


def upcoming_check_ins(group: Group, today: date) -> Iterable[CheckIn]:
    """What was logged for this week and later, and what was moved to a day still to come. One query."""
    of_group = CheckIn.objects.filter(group=group).only("group", "week_starts_on", "outcome", "held_on")
    return of_group.filter(week_starts_on__gte=Week.of(today).starts_on) | of_group.filter(held_on__gte=today)


def _regular_days(weekdays: frozenset[int], today: date) -> Iterator[date]:
    days = (today + number * _DAY for number in range(7 * _WEEKS_AHEAD))
    return (day for day in days if day.weekday() in weekdays)


def _in_zone_of_reader(at: datetime, there: ZoneInfo) -> datetime | None:
    """None if it is the same day and time."""
    reader_at = at.astimezone(there)
    return reader_at if reader_at.replace(tzinfo=None) != at.replace(tzinfo=None) else None
