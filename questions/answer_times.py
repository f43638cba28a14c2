"""Times to an answer, in steps."""

from collections.abc import Mapping

_HOUR, _DAY = 60, 1_440
# Minutes; a question counts at the first step within which it was answered. The steps are part of a column of the
# database (`Question.answered_within`): changing them needs a migration.
STEPS = (
    *(5, 10, 15, 20, 30, 45, _HOUR, 90),
    *(hours * _HOUR for hours in (2, 3, 4, 6, 8, 12, 18, 24, 36)),
    *(days * _DAY for days in (2, 3, 4, 5, 6, 7, 10, 14, 21, 28)),
)
# Later than all of these.
LATER = 36_500 * _DAY


def percentile(counts: Mapping[int, int], share: float) -> int | None:
    """Return the step within which a share of all was answered (nearest rank); None without any."""
    wanted = max(-(-sum(counts.values()) * share // 1), 1)
    seen = 0
    for step in sorted(counts):
        seen += counts[step]
        if seen >= wanted:
            return step
    return None


def within_label(step: int | None) -> str:
    """Return "45 minutes", "1.5 hours", "2 days" or "over 28 days"; "" for None."""
    if step is None:
        return ""
    if step >= LATER:
        return f"over {STEPS[-1] // _DAY} days"
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (1, "minute")):
        if step >= unit and (unit < _DAY or step % unit == 0):
            number = f"{step / unit:.1f}".removesuffix(".0")
            return f"{number} {name}" if number == "1" else f"{number} {name}s"
    return ""
