import math
from dataclasses import dataclass
from enum import StrEnum

from trends.effects.interval import RateRatio, rate_ratio
from trends.figures import rate, rate_label

# The fewest asks expected at the earlier rate to show a ratio.
FEWEST_EXPECTED = 5


@dataclass(frozen=True, slots=True)
class Side:
    """`asks` are those of the `students` in their `weeks`. Of the `undated` nobody knows when they were at it.

    They and their asks are left out, as are the asks of `others`.
    """

    asks: int = 0
    students: int = 0
    weeks: int = 0
    undated: int = 0
    undated_asks: int = 0
    others: int = 0

    def __add__(self, other: "Side") -> "Side":
        return Side(
            self.asks + other.asks,
            self.students + other.students,
            self.weeks + other.weeks,
            self.undated + other.undated,
            self.undated_asks + other.undated_asks,
            self.others + other.others,
        )

    @property
    def all_asks(self) -> int:
        return self.asks + self.undated_asks + self.others

    @property
    def rate(self) -> float | None:
        """Asks per student-week. None with too few students."""
        return rate(self.asks, self.students, by=self.weeks)

    @property
    def label(self) -> str:
        """Return e.g. "asked 12 times", or "asked 10 of 12 times" where some are left out."""
        part = "" if self.asks == self.all_asks else f"{self.asks:,} of "
        return f"asked {part}{self.all_asks:,} time{'' if self.all_asks == 1 else 's'}"

    @property
    def no_dates(self) -> str:
        """Say why there is no rate, if dates are missing."""
        return rate_label(None, self.students, self.undated) if self.rate is None and self.undated else ""


class RateVerdict(StrEnum):
    # There is a ratio, and its interval shows the uncertainty.
    COMPARED = "compared"
    # Before: no one was working on it, too few students were, or nothing was asked.
    NOBODY_BEFORE = "nobody before"
    FEW_BEFORE = "few before"
    NOT_ASKED_BEFORE = "not asked before"
    # After: not enough time yet, or as much time as before but too few asks for a result.
    TOO_EARLY = "too early"
    TOO_FEW_ASKS = "asked too rarely"


@dataclass(frozen=True, slots=True)
class RateComparison:
    before: Side
    after: Side
    verdict: RateVerdict
    ratio: RateRatio | None = None

    @property
    def exposure(self) -> str:
        before, after = (
            f"{side.asks:,} in {side.weeks:,} student-weeks" for side in (self.before, self.after)
        )
        return f"{before} before, {after} after"

    @property
    def has_ratio(self) -> bool:
        return self.verdict is RateVerdict.COMPARED

    @property
    def could_be_chance(self) -> bool:
        return self.ratio is None or self.ratio.lower <= 1 <= self.ratio.upper


def compare(before: Side, after: Side) -> RateComparison:
    if not before.weeks:
        return RateComparison(before, after, RateVerdict.NOBODY_BEFORE)
    if before.rate is None:
        return RateComparison(before, after, RateVerdict.FEW_BEFORE)
    expected = before.rate * after.weeks
    if after.rate is None:
        return RateComparison(before, after, RateVerdict.TOO_EARLY)
    ratio = rate_ratio(before.asks, before.weeks, after.asks, after.weeks)
    # A rise beyond chance is reported early: it has enough asks.
    if expected < FEWEST_EXPECTED and not ratio.lower > 1:
        return RateComparison(before, after, _missing_reason(before, after))
    if math.isinf(ratio.ratio):
        return RateComparison(before, after, RateVerdict.NOT_ASKED_BEFORE, ratio)
    return RateComparison(before, after, RateVerdict.COMPARED, ratio)


def _missing_reason(before: Side, after: Side) -> RateVerdict:
    if not before.asks:
        return RateVerdict.NOT_ASKED_BEFORE
    return RateVerdict.TOO_FEW_ASKS if after.weeks >= before.weeks else RateVerdict.TOO_EARLY
