"""The state of a group's check-ins, week by week, and whether the group needs someone.

Where the rules leave room, this is how they are read:

- A check-in is expected in a week if, on at least one day from Monday to Friday, the cohort has begun, the group has
  members and there is no pause. None is expected in the week in which the cohort closes or the last member leaves, or
  later, until somebody comes.
- A check-in that was not logged is late for seven days after its week and missed from the eighth day; pauses do not
  count.
- **act**: no check-in was logged since one was missed (weeks that are due or late do not matter); no mentor, co-mentor
  or stand-in is there on the day of a meeting of the next two days; the group has no mentor.
- **watch**: nobody is there on the day of a later meeting, until the end of next week; a late check-in; fewer minutes
  than the budget at the last check-in held, if minutes are known; questions open for longer than promised; a wide
  spread.
- A group that has not said on which weekday it meets may meet on any: nobody is there if the mentor is away for the
  rest of the week while a check-in is due or late (act), or on all working days of the next week, in which one is
  expected (watch).
- There are no reasons before the cohort begins, after it closes, or while the group has no members.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile

from lib.weeks import Week, days_between_without
from tracker.standing.attention import (
    Attention,
    Reason,
    ReasonCode,
    Severity,
    severity,
    worst,
    worst_first,
)
from tracker.standing.facts import SOON_DAYS, SPREAD_COUNT, GroupFacts, Outcome, Thresholds, Word

_DAY = timedelta(days=1)
DAYS_LATE = 7


class CheckInState(Word):
    """The state of a week's check-in. A logged check-in is done, whatever its outcome."""

    DUE = "due"
    LATE = "late"
    MISSED = "missed"
    DONE = "done"
    STAND_IN = "covered"
    NONE = "none"

    @property
    def label(self) -> str:
        return "By a stand-in" if self is CheckInState.STAND_IN else super().label


_OPEN = frozenset({CheckInState.DUE, CheckInState.LATE})
_LOGGED = frozenset({CheckInState.DONE, CheckInState.STAND_IN})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInWeek:
    """A week of a group; outcome and minutes are None if no check-in was logged."""

    week: Week
    state: CheckInState
    outcome: str | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStatus:
    """A group's check-ins from the cohort's first week to its last or the current one, and the group's attention."""

    weeks: tuple[CheckInWeek, ...]
    this_week: CheckInWeek | None
    attention: Attention
    reasons: tuple[Reason, ...]
    severity: Severity
    open_question_count: int


def group_status(facts: GroupFacts, thresholds: Thresholds) -> GroupStatus:
    weeks = tuple(_weeks(facts))
    begins = max(facts.kept_since, facts.cohort_starts_on)
    is_running = begins <= facts.today and _has_members(facts, facts.today)
    reasons = worst_first(_reasons(facts, thresholds, weeks)) if is_running else ()
    attention = worst(reasons)
    # In weekdays, of an open question.
    longest_wait = max((wait.waited.days for wait in facts.question_waits if wait is not None), default=0)
    return GroupStatus(
        weeks=weeks,
        this_week=next((each for each in weeks if each.week.contains(facts.today)), None),
        attention=attention,
        reasons=reasons,
        severity=severity(attention, reasons, _missed_since(weeks), longest_wait),
        open_question_count=len(facts.question_waits),
    )


def _has_members(facts: GroupFacts, on: date) -> bool:
    """Also False once the cohort is closed."""
    is_closed = facts.cohort_closed_on is not None and facts.cohort_closed_on <= on
    return not is_closed and any(stay.is_open(on) for stay in facts.stays)


def _weeks(facts: GroupFacts) -> Iterator[CheckInWeek]:
    logged = {check_in.week: check_in for check_in in facts.check_ins}
    last_day = facts.today
    if facts.cohort_closed_on is not None:
        last_day = min(last_day, facts.cohort_closed_on - _DAY)
    week = Week.of(facts.cohort_starts_on)
    while week.starts_on <= last_day and facts.cohort_starts_on <= last_day:
        check_in = logged.get(week)
        done = CheckInState.STAND_IN if check_in and check_in.was_stand_in else CheckInState.DONE
        yield CheckInWeek(
            week=week,
            state=_unlogged_state(week, facts) if check_in is None else done,
            outcome=None if check_in is None else check_in.outcome,
            minutes=None if check_in is None else check_in.minutes,
        )
        week = week.next()


def _unlogged_state(week: Week, facts: GroupFacts) -> CheckInState:
    if not _is_expected(week, facts):
        return CheckInState.NONE
    if facts.today <= week.ends_on:
        return CheckInState.DUE
    days = days_between_without(week.ends_on, facts.today, facts.pauses)
    return CheckInState.LATE if days <= DAYS_LATE else CheckInState.MISSED


def _is_expected(week: Week, facts: GroupFacts) -> bool:
    """In a week at whose end somebody is in the group, unless they came too late for it; not while it is empty."""
    if not _has_members(facts, week.ends_on):
        return False
    came = min(
        stay.started_on
        for stay in facts.stays
        if stay.started_on <= week.ends_on and not stay.has_ended(week.starts_on)
    )
    first_day = max(week.starts_on, facts.cohort_starts_on, facts.kept_since, came)
    return days_between_without(first_day - _DAY, week.friday, facts.pauses) > 0


def _reasons(facts: GroupFacts, thresholds: Thresholds, weeks: tuple[CheckInWeek, ...]) -> Iterator[Reason]:
    yield from _check_in_reasons(weeks)
    yield from _mentor_reasons(facts, weeks)
    held = [each for each in weeks if each.outcome == Outcome.HELD]
    minutes = held[-1].minutes if held else None
    if minutes is not None and minutes < thresholds.weekly_minutes:
        yield Reason(
            code=ReasonCode.FEW_MINUTES,
            attention=Attention.WATCH,
            count=minutes,
            of=thresholds.weekly_minutes,
        )
    over = [wait for wait in facts.question_waits if wait is not None and wait.is_over]
    if over:
        yield Reason(
            code=ReasonCode.QUESTIONS_OPEN, attention=Attention.WATCH, count=len(over), days=over[0].days
        )
    if facts.spread >= SPREAD_COUNT:
        yield Reason(code=ReasonCode.APART, attention=Attention.WATCH, count=facts.spread)


def _check_in_reasons(weeks: tuple[CheckInWeek, ...]) -> Iterator[Reason]:
    missed = _missed_since(weeks)
    if missed:
        last = [each.week for each in weeks if each.state is CheckInState.MISSED][-1]
        yield Reason(
            code=ReasonCode.CHECK_IN_MISSED, attention=Attention.ACT, count=missed, on=last.starts_on
        )
    for each in weeks:
        if each.state is CheckInState.LATE:
            yield Reason(code=ReasonCode.CHECK_IN_LATE, attention=Attention.WATCH, on=each.week.starts_on)


def _missed_since(weeks: tuple[CheckInWeek, ...]) -> int:
    """The number of check-ins missed since the last one was logged."""
    return sum(
        each.state is CheckInState.MISSED
        for each in takewhile(lambda each: each.state not in _LOGGED, reversed(weeks))
    )


def _mentor_reasons(facts: GroupFacts, weeks: tuple[CheckInWeek, ...]) -> Iterator[Reason]:
    sunday = Week.of(facts.today).ends_on
    rest = [facts.today + number * _DAY for number in range((sunday - facts.today).days + 1)]
    if not any(mentor.is_open(day) for mentor in facts.mentors for day in rest):
        yield Reason(code=ReasonCode.NO_MENTOR, attention=Attention.ACT)
    elif facts.meets_on is not None:
        yield from _meets_without_mentor(facts)
    elif any(each.state in _OPEN for each in weeks) and not any(
        mentor.is_there(day) for mentor in facts.mentors for day in rest
    ):
        yield Reason(code=ReasonCode.MENTOR_AWAY, attention=Attention.ACT)
    else:
        yield from _away_next_week(facts)


def _meets_without_mentor(facts: GroupFacts) -> Iterator[Reason]:
    alone = (day for day in facts.meets_on or () if not any(mentor.is_there(day) for mentor in facts.mentors))
    on = next(alone, None)
    if on is not None:
        days = (on - facts.today).days
        attention = Attention.ACT if days <= SOON_DAYS else Attention.WATCH
        yield Reason(code=ReasonCode.NOBODY_THERE, attention=attention, on=on, days=days)


def _away_next_week(facts: GroupFacts) -> Iterator[Reason]:
    week = Week.of(facts.today).next()
    weekdays = [week.starts_on + number * _DAY for number in range(5)]
    working_days = [day for day in weekdays if not any(pause.contains(day) for pause in facts.pauses)]
    has_mentor = any(mentor.is_open(day) for mentor in facts.mentors for day in working_days)
    is_covered = any(mentor.is_there(day) for mentor in facts.mentors for day in working_days)
    if has_mentor and not is_covered and _is_expected(week, facts):
        on = _away_from(week, facts)
        yield Reason(
            code=ReasonCode.MENTOR_AWAY, attention=Attention.WATCH, on=on, days=(on - facts.today).days
        )


def _away_from(week: Week, facts: GroupFacts) -> date:
    """The first day from which no mentor is there until that week; its Monday if that is only the weekend before."""
    first = week.starts_on
    while first > facts.today and not any(mentor.is_there(first - _DAY) for mentor in facts.mentors):
        first -= _DAY
    return first if first == facts.today or (week.starts_on - first).days > 2 else week.starts_on
