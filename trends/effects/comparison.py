"""Two sides of a change and what their rates say."""

import math
from dataclasses import dataclass
from enum import StrEnum

from trends.effects.interval import RateRatio, rate_ratio
from trends.figures import rate

# Asks that the earlier rate would have led to since, before anything is said.
FEWEST_EXPECTED = 5


@dataclass(frozen=True, slots=True)
class Side:
    """What was asked on one side of a change: asks, by how many active students, in how many student-weeks."""

    asks: int = 0
    students: int = 0
    weeks: int = 0

    def __add__(self, other: "Side") -> "Side":
        return Side(self.asks + other.asks, self.students + other.students, self.weeks + other.weeks)

    @property
    def rate(self) -> float | None:
        """Asks a student-week; None with too few students."""
        return rate(self.asks, self.students, by=self.weeks)


class Verdict(StrEnum):
    """What two sides allow to say."""

    # A ratio, whose interval says how sure it is.
    COMPARED = "compared"
    # Before: nobody was at it, too few were, or nothing was asked.
    NOBODY_BEFORE = "nobody before"
    FEW_BEFORE = "few before"
    NOT_ASKED_BEFORE = "not asked before"
    # After: not yet enough; or as long as before, and still so few asks that nothing can be said.
    TOO_EARLY = "too early"
    TOO_FEW_ASKS = "too few asks"


@dataclass(frozen=True, slots=True)
class RateComparison:
    """The two sides, what may be said of them, and the ratio of their rates where something may."""

    before: Side
    after: Side
    verdict: Verdict
    ratio: RateRatio | None = None
    # Asks that the earlier rate would have led to in the later exposure; None without an earlier rate.
    expected: float | None = None

    @property
    def has_ratio(self) -> bool:
        """Whether there is a ratio to say."""
        return self.verdict is Verdict.COMPARED

    @property
    def could_be_chance(self) -> bool:
        return self.ratio is None or self.ratio.lower <= 1 <= self.ratio.upper


def compare(before: Side, after: Side) -> RateComparison:
    """Return what the rates on both sides say, or why they say nothing yet."""
    if not before.weeks:
        return RateComparison(before, after, Verdict.NOBODY_BEFORE)
    if before.rate is None:
        return RateComparison(before, after, Verdict.FEW_BEFORE)
    expected = before.rate * after.weeks
    if after.rate is None:
        return RateComparison(before, after, Verdict.TOO_EARLY, expected=expected)
    ratio = rate_ratio(before.asks, before.weeks, after.asks, after.weeks)
    # What rose beyond chance may be said at once: there are asks enough to say it.
    if expected < FEWEST_EXPECTED and not ratio.lower > 1:
        return RateComparison(before, after, _why_not(before, after), expected=expected)
    if math.isinf(ratio.ratio):
        return RateComparison(before, after, Verdict.NOT_ASKED_BEFORE, ratio, expected)
    return RateComparison(before, after, Verdict.COMPARED, ratio, expected)


def _why_not(before: Side, after: Side) -> Verdict:
    if not before.asks:
        return Verdict.NOT_ASKED_BEFORE
    return Verdict.TOO_FEW_ASKS if after.weeks >= before.weeks else Verdict.TOO_EARLY
