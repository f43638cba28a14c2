"""The standings of a group's members side by side, and the share of students who are flagged."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.standing.facts import StudentFacts, Thresholds
from tracker.standing.student import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStanding:
    """The members' standings, in the order given; the fewest and the most milestones done, and their difference."""

    standings: tuple[Standing, ...]
    least: int
    most: int
    spread: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How many of the active students are flagged; too many, and the rule says nothing any more."""

    flagged: int
    total: int
    is_too_many: bool


def group_standings(members: Sequence[StudentFacts], thresholds: Thresholds) -> GroupStanding:
    """Work out the standings of a group's members, with the spread between them."""
    raise NotImplementedError


def flagged_share(standings: Iterable[Standing], thresholds: Thresholds) -> Share:
    """Count the students whose attention is act or watch among those who are active."""
    raise NotImplementedError
