"""The meetings of a group with its mentor, from the line in which the group says when it meets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from groups.meetings import RegularMeeting
from groups.models import Group
from lib.days import day_label
from lib.relative_days import relative_day
from lib.time_zones import known_zone
from lib.weeks import Period, Week
from tracker.models import CheckIn
from tracker.standing import Outcome

_DAY = timedelta(days=1)
# Groups say when they begin, not always when they end. A meeting is the next one until it is over.
LASTS = timedelta(hours=1)
WEEKS_AHEAD = 8
_ON_NO_DAY = RegularMeeting(weekdays=frozenset(), at=None, how="")


@dataclass(frozen=True, slots=True)
class Meeting:
    """The `number`-th meeting of a week, counted from 0; `at` is None where only its day is known.

    `check_in` is what was logged of the week. `is_off`: it is not held on this day, nor is another day known.
    """

    week: Week
    number: int
    on: date
    at: time | None
    how: str
    check_in: CheckIn | None = None
    is_off: bool = False

    @property
    def is_moved(self) -> bool:
        return self.check_in is not None and self.check_in.outcome == Outcome.MOVED and not self.is_off


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """`at` is in the cohort's time zone, None if it is not known; `reader_at` in the reader's if that differs.

    `today` is the cohort's, `reader_today` the reader's. `week` is that of the check-in, also where it was moved.
    """

    week: Week
    on: date
    today: date
    at: time | None
    reader_at: datetime | None
    reader_today: date
    how: str
    is_moved: bool

    @property
    def label(self) -> str:
        """ "today 18:00, by video", "Wed 30 September 18:00 (Thu 05:00 your time)", "Mon 21 September, rescheduled"."""
        days = {self.today: "today", self.today + _DAY: "tomorrow"}
        return self._label(days.get(self.on) or day_label(self.on, self.today), self.how)

    @property
    def near_label(self) -> str:
        """ "Wednesday 18:00": the day as people say it, for a page of today, without how one meets."""
        return self._label(relative_day(self.on, self.today))

    def _label(self, label: str, how: str = "") -> str:
        if self.at:
            label += f" {self.at:%H:%M}"
        if self.reader_at:
            # "Today" and "tomorrow" are the cohort's. For the reader it may be another day, then or already now.
            is_same_day = (self.reader_at.date(), self.reader_today) == (self.on, self.today)
            label += f" ({self.reader_at:{'%H:%M' if is_same_day else '%a %H:%M'}} your time)"
        return ", ".join(part for part in (label, "rescheduled" if self.is_moved else "", how) if part)

    @property
    def short_label(self) -> str:
        """ "Wednesday 18:00", "tomorrow 05:00 your time", "7 Dec, rescheduled"."""
        if self.reader_at:
            label = (
                f"{relative_day(self.reader_at.date(), self.reader_today)} {self.reader_at:%H:%M} your time"
            )
        else:
            label = relative_day(self.on, self.today) + (f" {self.at:%H:%M}" if self.at else "")
        return f"{label}, rescheduled" if self.is_moved else label


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
        check_ins: those of the group.
    """
    cohort = group.cohort
    today, zone = cohort.today(now), ZoneInfo(cohort.time_zone)
    until = today + 7 * WEEKS_AHEAD * _DAY
    coming = (
        meeting
        for meeting in meetings_between(group, check_ins, pauses, today, until)
        if (meeting.check_in is None or meeting.is_moved)
        and not (meeting.at and now > datetime.combine(meeting.on, meeting.at, zone) + LASTS)
    )
    meeting = min(coming, key=lambda each: (each.on, each.is_moved), default=None)
    if meeting is None or cohort.is_closed(meeting.on):
        return None
    on, at = meeting.on, meeting.at
    there = ZoneInfo(known_zone(reader_zone)) if reader_zone else zone
    reader_at = datetime.combine(on, at, zone).astimezone(there) if at else None
    is_same = reader_at is None or (reader_at.date(), reader_at.time()) == (on, at)
    return NextMeeting(
        week=meeting.week,
        on=on,
        today=today,
        at=at,
        reader_at=None if is_same else reader_at,
        reader_today=now.astimezone(there).date(),
        how=meeting.how,
        is_moved=meeting.is_moved,
    )


def meetings_between(
    group: Group, check_ins: Iterable[CheckIn], pauses: Iterable[Period], first: date, until: date
) -> Iterator[Meeting]:
    """Yield the meetings from `first` until the day before `until`, by the week they belong to.

    A check-in says what became of the meeting of its week, also where a group meets several times.
    """
    pauses, meets = tuple(pauses), group.regular_meeting or _ON_NO_DAY
    logged = {check_in.week: check_in for check_in in check_ins}
    weeks = {Week.of(first + number * _DAY) for number in range(0, (until - first).days, 7)}
    for week in sorted({*weeks, Week.of(until), *logged}):
        days = [
            day
            for weekday in sorted(meets.weekdays)
            if (day := week.starts_on + weekday * _DAY) >= group.cohort.starts_on
            and not any(pause.contains(day) for pause in pauses)
        ]
        for meeting in _meetings_of(week, days, meets, logged.get(week)):
            if first <= meeting.on < until:
                yield meeting


def day_to_log(group: Group, pauses: Iterable[Period], week: Week, today: date) -> date:
    """Return the day that a check-in of the week is proposed for: its last meeting day that is not ahead.

    Before it, and without one, this is today; of a week that is over, without one, its Friday.
    """
    until = min(week.ends_on, today) + _DAY
    days = [each.on for each in meetings_between(group, (), pauses, week.starts_on, until)]
    return days[-1] if days else today if week.contains(today) else week.friday


def day_of_next_meeting(group: Group, pauses: Iterable[Period], after: date, today: date) -> date:
    """Return the first meeting day after a day that is not over; without one, the day a week later, or today."""
    first = max(after + _DAY, today)
    coming = meetings_between(group, (), pauses, first, first + 7 * WEEKS_AHEAD * _DAY)
    return next((each.on for each in coming), max(after + 7 * _DAY, today))


def _meetings_of(
    week: Week, days: list[date], meets: RegularMeeting, check_in: CheckIn | None
) -> Iterator[Meeting]:
    outcome = check_in.outcome if check_in else None
    if check_in and check_in.held_on and outcome != Outcome.CANCELLED:
        at = check_in.held_at if outcome == Outcome.MOVED else meets.at if check_in.held_on in days else None
        yield Meeting(week, 0, check_in.held_on, at, meets.how, check_in)
        return
    is_off = outcome in (Outcome.CANCELLED, Outcome.MOVED)
    for number, day in enumerate(days):
        yield Meeting(week, number, day, meets.at, meets.how, check_in, is_off)
