"""The state of a group's check-ins, week by week, and whether the group needs somebody."""

from dataclasses import dataclass

from lib.weeks import Week
from tracker.standing.attention import Attention, Reason, Severity
from tracker.standing.facts import GroupFacts, Outcome, Thresholds, Word


class CheckInState(Word):
    """Where a week's check-in is. One that was logged is done, whatever its outcome; that stands beside it."""

    DUE = "due"
    LATE = "late"
    MISSED = "missed"
    DONE = "done"
    COVERED = "covered"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInWeek:
    """A week of a group; outcome and minutes only when its check-in was logged."""

    week: Week
    state: CheckInState
    outcome: Outcome | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStatus:
    """A group's check-ins from the cohort's first week to this one (or to its last), and what they ask for."""

    weeks: tuple[CheckInWeek, ...]
    this_week: CheckInWeek | None
    attention: Attention
    reasons: tuple[Reason, ...]
    severity: Severity


def group_status(facts: GroupFacts, thresholds: Thresholds) -> GroupStatus:
    """Work out the states of a group's check-ins and its attention."""
    raise NotImplementedError
