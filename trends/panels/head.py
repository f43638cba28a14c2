from typing import Any

from trends.counts import TrendCounts
from trends.figures import percentile, wait_label
from trends.panels import answers
from trends.panels.panel import OPEN_TODAY, Number


def trend_head(counts: TrendCounts) -> dict[str, Any]:
    """Return the figures of the first sentences. `answers_label` and `answers_more` say how soon answers come."""
    view, waits = counts.view, counts.waits
    answers_label, answers_more = _answers_labels(counts)
    return {
        "asks": Number.of(counts.asks.total, view),
        "answered_already": Number.of(counts.asks.answered.total(), view, answered_already=True),
        "asked_again": Number.of(counts.asks.again.total(), view, asked_again=True),
        "answers_label": answers_label,
        "answers_more": answers_more,
        "answers_url": view.url("trends-panel", answers.PANEL.name),
        "open": Number.of(waits.open_count, view, **OPEN_TODAY),
        "oldest_label": f"oldest {waits.oldest_age}" if waits.oldest_age else "",
        "needs_open": view.course.material_needs.open().count(),
    }


def _answers_labels(counts: TrendCounts) -> tuple[str, str]:
    undated, answered = counts.waits.all.undated, counts.waits.all.answered
    if not answered:
        return answers.none_timed_label(undated), "."
    half, most = (wait_label(percentile(answered, share)) for share in (0.5, 0.9))
    left_out = f" {undated:,} without a date left out." if undated else ""
    return f"Half are answered within {half}", f", nine in ten within {most}.{left_out}"
