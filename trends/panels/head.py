from typing import Any

from trends.counts import TrendCounts
from trends.figures import percentile, wait_label
from trends.panels.panel import OPEN_TODAY, Number


def trend_head(counts: TrendCounts) -> dict[str, Any]:
    """Return the figures beside the chart.

    `half_answered_within` is a label such as "3 hours", "" when nothing was answered, or nobody knows when;
    `answers_label` stands beside it.
    """
    view, waits = counts.view, counts.waits
    return {
        "asks": Number.of(counts.asks.total, view),
        "answered_already": Number.of(counts.asks.answered.total(), view, answered_already=True),
        "half_answered_within": wait_label(percentile(waits.all.answered, 0.5)),
        "answers_label": _answers_label(counts),
        "open": Number.of(waits.open_count, view, **OPEN_TODAY),
        "oldest_label": f"oldest {waits.oldest_age}" if waits.oldest_age else "",
        "needs_waiting": view.course.material_needs.waiting().count(),
    }


def _answers_label(counts: TrendCounts) -> str:
    undated, answered = counts.waits.all.undated, counts.waits.all.answered
    if not answered:
        return f"{undated:,} answered, without a date" if undated else "nothing was answered yet"
    most = wait_label(percentile(answered, 0.9))
    half = f"to the first answer, for half of the {answered.total():,} answered"
    label = half + (f"; nine in ten within {most}" if most else "")
    return f"{label}; {undated:,} without a date left out" if undated else label
