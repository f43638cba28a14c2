import math

from lib.text import percent
from trends.effects.comparison import RateComparison, RateVerdict, Side
from trends.effects.interval import RateRatio
from trends.figures import FEWEST_STUDENTS, rate_label

# The lowest ratio of each label, the smallest first. Below them the label has a number.
_SIZES = (
    (0.2, "fell by about three quarters"),
    (0.29, "fell by about two thirds"),
    (0.415, "fell by about half"),
    (0.585, "fell by about a third"),
    (0.71, "fell by about a quarter"),
    (0.8, "fell slightly"),
    (0.9, "stayed about the same"),
    (1.1, "rose slightly"),
    (1.25, "rose by about a third"),
    (1.415, "rose by about half"),
    (1.75, "about doubled"),
    (2.5, "about tripled"),
)
# The label has a number from this ratio on.
_TIMES = 3.5


def comparison_summary(comparison: RateComparison) -> str:
    """Return e.g. "fell by about half, asked 12 → 5 times; could be chance", or why the sides cannot be compared."""
    before, after = comparison.before, comparison.after
    match comparison.verdict:
        case RateVerdict.NOBODY_BEFORE | RateVerdict.FEW_BEFORE if before.undated:
            return _no_dates(before, "before")
        case RateVerdict.TOO_EARLY if after.rate is None and after.undated:
            return _no_dates(after, "after")
        case RateVerdict.NOBODY_BEFORE:
            return "no one was working on it before the change, so there is nothing to compare"
        case RateVerdict.FEW_BEFORE:
            few = f"{before.students}, and {FEWEST_STUDENTS} are needed"
            return f"too few students before the change to compare with: {few}"
        case RateVerdict.NOT_ASKED_BEFORE:
            return f"not asked before the change, {asks_label(before, after)}"
        case RateVerdict.TOO_EARLY:
            return f"too early to say, {asks_label(before, after)} so far"
        case RateVerdict.TOO_FEW_ASKS:
            return f"too few to say, {asks_label(before, after)}"
        case RateVerdict.COMPARED:
            return _ratio_summary(comparison)


def asked_sentence(comparison: RateComparison) -> str:
    """Return e.g. "Asked 10 times before, twice since. Could be chance.", or why the sides cannot be compared."""
    if not comparison.has_ratio:
        summary = comparison_summary(comparison)
        return f"{summary[:1].upper()}{summary[1:]}."
    chance = "Could be chance." if comparison.could_be_chance else "Unlikely to be chance alone."
    return f"Asked {_times(comparison.before.asks)} before, {_times(comparison.after.asks)} since. {chance}"


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def _no_dates(side: Side, name: str) -> str:
    label = rate_label(None, side.students, side.undated)
    return f"{label}{' students' if side.students else ''} {name} the change, so there is nothing to compare"


def _ratio_summary(comparison: RateComparison) -> str:
    ratio = comparison.ratio
    assert ratio is not None  # noqa: S101 -- COMPARED always has a ratio
    summary = f"{size_label(ratio.ratio)}, {asks_label(comparison.before, comparison.after)}"
    # If one side is longer, the counts alone would suggest another size than the rates.
    if size_label(comparison.after.asks / comparison.before.asks) != size_label(ratio.ratio):
        summary += f" in {comparison.before.weeks} → {comparison.after.weeks} student-weeks"
    if not comparison.could_be_chance:
        return f"{summary}; unlikely to be chance alone"
    return summary if size_label(ratio.ratio) == size_label(1) else f"{summary}; could be chance"


def size_label(ratio: float) -> str:
    if ratio == 0:
        return "fell to none"
    if ratio < _SIZES[0][0]:
        return f"fell by about {percent(min(1 - ratio, 0.99))}"
    if ratio >= _TIMES:
        return f"rose to about {ratio:.0f} times as many"
    return next(label for least, label in reversed(_SIZES) if ratio >= least)


def asks_label(before: Side, after: Side) -> str:
    return f"asked {before.asks} → {after.asks} time{'' if after.asks == 1 else 's'}"


def interval_label(ratio: RateRatio) -> str:
    """Return e.g. "0.13 to 1.27", or "0.4 or more" without an upper limit."""
    if math.isinf(ratio.upper):
        return "anything" if ratio.lower == 0 else f"{number_label(ratio.lower)} or more"
    return f"{number_label(ratio.lower)} to {number_label(ratio.upper)}"


def number_label(value: float) -> str:
    """Return a ratio with two or three digits: 0.42, 1.3, 12. Infinity is "no limit"."""
    if math.isinf(value):
        return "no limit"
    if round(value, 2) < 1:
        return f"{value:.2f}"
    return f"{value:.1f}" if round(value, 1) < 10 else f"{value:.0f}"
