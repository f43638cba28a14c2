"""The meetings of a group with its mentor, from the line in which the group says when it meets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from groups.meetings import RegularMeeting
from groups.models import Group
from lib.days import near_day, on_day, relative_day
from lib.time_zones import known_zone
from lib.weeks import Week
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

    def begins(self, zone: ZoneInfo) -> datetime:
        """Without an hour, when its day is over."""
        return datetime.combine(self.on if self.at else self.on + _DAY, self.at or time.min, zone)


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
        return self._label(near_day(self.on, self.today), self.how)

    @property
    def day(self) -> str:
        return on_day(self.on, self.today)

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
    now: datetime,
    *,
    reader_zone: str = "",
) -> NextMeeting | None:
    """Return the next meeting; None if the group has not said on which weekday it meets, or the cohort is over.

    Args:
        check_ins: those of the group.
    """
    until = group.cohort.today(now) + 7 * WEEKS_AHEAD * _DAY
    coming = meetings_ahead(group, check_ins, now, until)
    meeting = min(coming, key=lambda each: (each.on, each.is_moved), default=None)
    return None if meeting is None else _as_read(meeting, group, now, reader_zone)


def week_ahead(
    group: Group, check_ins: Iterable[CheckIn], meeting: NextMeeting | None, today: date
) -> Week | None:
    """The week of the meeting that lies ahead.

    If a group has not said when it meets, that is this week until its check-in is logged.
    """
    if meeting is not None:
        return meeting.week
    if group.regular_meeting is not None:
        return None
    this_week = Week.of(today)
    is_met = any(row.week == this_week and row.outcome != Outcome.MOVED for row in check_ins)
    return this_week.next() if is_met else this_week


def meetings_ahead(
    group: Group, check_ins: Iterable[CheckIn], now: datetime, until: date
) -> Iterator[Meeting]:
    """Return the meetings that are not over, until the day before `until`, by the week they belong to."""
    cohort, zone = group.cohort, ZoneInfo(group.cohort.time_zone)
    return (
        meeting
        for meeting in meetings_between(group, check_ins, cohort.today(now), until)
        if (meeting.check_in is None or meeting.is_moved)
        and not (meeting.at and now > meeting.begins(zone) + LASTS)
        and not cohort.is_closed(meeting.on)
    )


def meeting_of_week(group: Group, week: Week, check_in: CheckIn | None) -> Meeting | None:
    """Return the meeting that the check-in of a week is for, of several the first; None if its day is not known."""
    return next(_planned(group, week, check_in), None)


def meeting_day(check_in: CheckIn) -> date:
    """Return the day on which a check-in was held, else that of the meeting that it is about; without one, its Friday.

    The members of the check-in are those of the group on that day.
    """
    week = check_in.week
    return check_in.held_on or meeting_day_from(check_in.group, week, None, week.starts_on)


def meeting_day_from(group: Group, week: Week, check_in: CheckIn | None, on: date) -> date:
    """Return the day of the week's first meeting on a day or after it, else of its last; without one, its Friday.

    Args:
        check_in: that of the week, if there is one.
    """
    own = None if check_in is None or check_in.is_besides else check_in
    days = [each.on for each in _meetings_of(group, {week: own})]
    return next((day for day in days if day >= on), max(days, default=week.friday))


def meeting_ahead(
    group: Group,
    week: Week,
    check_in: CheckIn | None,
    now: datetime,
    *,
    reader_zone: str = "",
) -> NextMeeting | None:
    """Return the `meeting_of_week` until it begins; without an hour, until its day is over.

    Args:
        check_in: that of the week, if there is one.
    """
    meeting = meeting_of_week(group, week, check_in)
    if meeting is None or now >= meeting.begins(ZoneInfo(group.cohort.time_zone)):
        return None
    return _as_read(meeting, group, now, reader_zone)


def _as_read(meeting: Meeting, group: Group, now: datetime, reader_zone: str) -> NextMeeting:
    cohort, on, at = group.cohort, meeting.on, meeting.at
    zone = ZoneInfo(cohort.time_zone)
    there = ZoneInfo(known_zone(reader_zone)) if reader_zone else zone
    reader_at = datetime.combine(on, at, zone).astimezone(there) if at else None
    is_same = reader_at is None or (reader_at.date(), reader_at.time()) == (on, at)
    return NextMeeting(
        week=meeting.week,
        on=on,
        today=cohort.today(now),
        at=at,
        reader_at=None if is_same else reader_at,
        reader_today=now.astimezone(there).date(),
        how=meeting.how,
        is_moved=meeting.is_moved,
    )


def meetings_between(
    group: Group, check_ins: Iterable[CheckIn], first: date, until: date
) -> Iterator[Meeting]:
    """Return the meetings from `first` until the day before `until`, by the week they belong to.

    A check-in says what became of the meeting of its week, unless it was held besides it.
    """
    logged = {check_in.week: check_in for check_in in check_ins if not check_in.is_besides}
    weeks = {Week.of(first + number * _DAY) for number in range(0, (until - first).days, 7)}
    meetings = _meetings_of(
        group, {week: logged.get(week) for week in sorted({*weeks, Week.of(until), *logged})}
    )
    return (meeting for meeting in meetings if first <= meeting.on < until)


def day_to_log(group: Group, week: Week, check_in: CheckIn | None, today: date) -> date | None:
    """Return the day that a check-in of the week is proposed for: its last meeting day that is not ahead.

    None while all are ahead. Of a group without one, this is today; of a week that is over, its Friday.
    """
    days = [each.on for each in _planned(group, week, check_in)]
    if days:
        return max((day for day in days if day <= today), default=None)
    return today if week.contains(today) else week.friday


def day_of_next_meeting(group: Group, week: Week, today: date, held_on: date, is_besides: bool) -> date:
    """Return the first meeting day that is not over, after the check-in of a week that was held on a day.

    Without one, the day a week later, or today.
    """
    held = CheckIn(week_starts_on=week.starts_on, held_on=held_on, is_besides=is_besides)
    first = max(held_on + _DAY, today)
    coming = meetings_between(group, [held], first, first + 7 * WEEKS_AHEAD * _DAY)
    return next((each.on for each in coming), max(held_on + 7 * _DAY, today))


def _planned(group: Group, week: Week, check_in: CheckIn | None) -> Iterator[Meeting]:
    """Yield the meetings of a week as they were planned, or the one to which they were rescheduled."""
    moved = check_in if check_in and check_in.outcome == Outcome.MOVED else None
    return (each for each in _meetings_of(group, {week: moved}) if not each.is_off)


def _meetings_of(group: Group, weeks: Mapping[Week, CheckIn | None]) -> Iterator[Meeting]:
    """Yield the meetings of each week, to which its check-in belongs."""
    meets, starts_on = group.regular_meeting or _ON_NO_DAY, group.cohort.starts_on
    prefetch_related_objects([group.cohort], "pauses")
    pauses = group.cohort.pause_periods
    for week, check_in in weeks.items():
        days = [week.starts_on + weekday * _DAY for weekday in sorted(meets.weekdays)]
        days = [day for day in days if day >= starts_on and not any(pause.contains(day) for pause in pauses)]
        yield from _meetings_on(days, meets, week, check_in)


def _meetings_on(
    days: Sequence[date], meets: RegularMeeting, week: Week, check_in: CheckIn | None
) -> Iterator[Meeting]:
    outcome = check_in.outcome if check_in else None
    if check_in and check_in.held_on and outcome != Outcome.CANCELLED:
        if outcome == Outcome.MOVED:
            yield Meeting(week, 0, check_in.held_on, check_in.held_at, meets.how, check_in)
            return
        # Of several meetings it is the last one up to its day, or instead of the first; those after it stay.
        own = max((number for number, day in enumerate(days) if day <= check_in.held_on), default=0)
        at = meets.at if check_in.held_on in days else None
        yield Meeting(week, own, check_in.held_on, at, meets.how, check_in)
        for number, day in enumerate(days):
            if number > own:
                yield Meeting(week, number, day, meets.at, meets.how)
        return
    is_off = outcome in (Outcome.CANCELLED, Outcome.MOVED)
    for number, day in enumerate(days):
        yield Meeting(week, number, day, meets.at, meets.how, check_in, is_off)
