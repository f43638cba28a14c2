"""A group of Marta's for the tests of check-ins, in the days of September 2026 of `story`.

The weeks start on 7, 14, 21, 28 and 35 September.
"""

from collections.abc import Sequence

from lib.weeks import Period, Week
from tests.tracker.standing.story import DEFAULTS, sep, wait_of
from tracker.standing import (
    GroupFacts,
    GroupStatus,
    LoggedCheckIn,
    Mentoring,
    Outcome,
    Thresholds,
    group_status,
)

MARTA = Mentoring(started_on=sep(1))


def held(monday: int, minutes: int | None = 30) -> LoggedCheckIn:
    return LoggedCheckIn(week=Week(sep(monday)), outcome=Outcome.HELD, minutes=minutes)


def group(
    today: int,
    *,
    logged: Sequence[int] = (),
    check_ins: Sequence[LoggedCheckIn] = (),
    mentors: Sequence[Mentoring] = (MARTA,),
    starts: int = 7,
    closed: int | None = None,
    members: tuple[int, int | None] | None = (1, None),
    pauses: Sequence[Period] = (),
    asked: Sequence[int] = (),
    question_days: int = 3,
    spread: int = 0,
) -> GroupFacts:
    """A group of Marta's that had members all along; `logged` are the Mondays of weeks whose check-in was held."""
    since, until = members or (None, None)
    return GroupFacts(
        today=sep(today),
        cohort_starts_on=sep(starts),
        cohort_closed_on=None if closed is None else sep(closed),
        members_since=None if since is None else sep(since),
        members_until=None if until is None else sep(until),
        mentors=mentors,
        pauses=pauses,
        check_ins=[*map(held, logged), *check_ins],
        question_waits=[wait_of(day, today, pauses, question_days) for day in asked],
        spread=spread,
    )


def status_of(facts: GroupFacts, thresholds: Thresholds = DEFAULTS) -> GroupStatus:
    return group_status(facts, thresholds)


def states_of(facts: GroupFacts) -> str:
    """The states of the weeks from the cohort's first on, as "missed late due"."""
    weeks = status_of(facts).weeks
    first = Week.of(facts.cohort_starts_on)
    for each in weeks:
        assert each.week == first
        first = first.next()
    return " ".join(each.state for each in weeks)


def reasons_of(facts: GroupFacts, thresholds: Thresholds = DEFAULTS) -> list[str]:
    """Each reason as "act no_mentor"; the attention must be that of the first."""
    status = status_of(facts, thresholds)
    told = [f"{reason.attention} {reason.code}" for reason in status.reasons]
    assert status.attention == (status.reasons[0].attention if told else "none")
    return told
