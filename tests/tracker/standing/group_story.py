"""A group of Marta's for the tests of check-ins, in the days of September 2026 of `story`.

The weeks start on 7, 14, 21, 28 and 35 September.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from groups.models import Membership, Mentorship
from lib.weeks import Period, Week, holds
from tests.tracker.standing.story import DEFAULTS, sep, wait_of
from tracker.models import CheckIn
from tracker.standing import (
    GroupFacts,
    GroupStatus,
    Thresholds,
    group_status,
)


@dataclass(frozen=True)
class Mentor:
    """A mentorship with its days away, which the database has no part in."""

    started_on: date
    ended_on: date | None = None
    away: Sequence[Period] = ()

    def is_open(self, on: date) -> bool:
        return holds(on, self.started_on, self.ended_on)

    def is_there(self, on: date) -> bool:
        return self.is_open(on) and not any(period.contains(on) for period in self.away)


MARTA = Mentor(sep(1))


def logged_on(
    monday: int, outcome: str, minutes: int | None = None, *, was_stand_in: bool = False
) -> CheckIn:
    role = Mentorship.Role.STAND_IN if was_stand_in else Mentorship.Role.MENTOR
    return CheckIn(week_starts_on=sep(monday), outcome=outcome, minutes=minutes, logged_as=role)


def held(monday: int, minutes: int | None = 30) -> CheckIn:
    return logged_on(monday, CheckIn.Outcome.HELD, minutes)


def group(
    today: int,
    *,
    logged: Sequence[int] = (),
    check_ins: Sequence[CheckIn] = (),
    mentors: Sequence[Mentor] = (MARTA,),
    starts: int = 7,
    closed: int | None = None,
    members: Sequence[tuple[int, int | None]] = ((1, None),),
    pauses: Sequence[Period] = (),
    asked: Sequence[int] = (),
    question_days: int = 3,
    spread: int = 0,
) -> GroupFacts:
    """A group of Marta's that had members all along; `logged` are the Mondays of weeks whose check-in was held."""
    stays = [
        Membership(started_on=sep(since), ended_on=None if until is None else sep(until))
        for since, until in members
    ]
    return GroupFacts(
        today=sep(today),
        cohort_starts_on=sep(starts),
        cohort_closed_on=None if closed is None else sep(closed),
        kept_since=sep(1),
        stays=stays,
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
