from typing import Any

from trends.counts import TrendCounts
from trends.figures import CohortRun, Span, percentile, rate, rate_label, student_weeks, within_label
from trends.panels.panel import OPEN_TODAY, Number, count_label


def trend_head(counts: TrendCounts) -> dict[str, Any]:
    """Return the figures beside the chart.

    `rate_label` is the asks per week of an enrolled student in the period, or says that there are too few.
    `before_label` is the same of the previous cohort, over the same weeks of its run. `half_answered_within` is a label
    such as "3 hours", "" when nothing was answered, or nobody knows when; `answers_label` stands beside it.
    """
    view, waits = counts.view, counts.waits
    asks = counts.asks.total
    students, weeks = _students_and_weeks(counts, dict.fromkeys(view.chosen, view.span))
    oldest_label = ""
    if waits.oldest_at is not None:
        days = (view.now - waits.oldest_at).days
        oldest_label = f"oldest {count_label(days, 'day')}"
    return {
        "asks": Number.of(asks, view),
        "answered_already": Number.of(counts.asks.answered.total(), view, answered_already=True),
        "student_weeks": weeks,
        "rate_label": rate_label(rate(asks, students, by=weeks), students),
        "before_label": _before_label(counts),
        "half_answered_within": within_label(percentile(waits.all.answered, 0.5)),
        "answers_label": _answers_label(counts),
        "open": Number.of(waits.open_count, view, **OPEN_TODAY),
        "oldest_label": oldest_label,
        "needs_waiting": view.course.material_needs.waiting().count(),
    }


def _answers_label(counts: TrendCounts) -> str:
    undated, answered = counts.waits.all.undated, counts.waits.all.answered
    if not answered:
        return f"{undated:,} answered, without a date" if undated else "nothing was answered yet"
    most = within_label(percentile(answered, 0.9))
    half = f"to the first answer, for half of the {answered.total():,} answered"
    label = half + (f"; nine in ten within {most}" if most else "")
    return f"{label}; {undated:,} without a date left out" if undated else label


def _students_and_weeks(counts: TrendCounts, spans: dict[CohortRun, Span]) -> tuple[int, int]:
    """The number of students enrolled in these weeks of their cohorts, and the sum of their weeks."""
    by_cohort = {run.cohort_id: (run.last_on, span) for run, span in spans.items()}
    students = weeks = 0
    for (cohort, started_on, ended_on), count in counts.students.stays.items():
        if cohort in by_cohort:
            each = student_weeks(started_on, ended_on, *by_cohort[cohort])
            students += count if each else 0
            weeks += count * each
    return students, weeks


def _weekly_rate(counts: TrendCounts, run: CohortRun) -> float | None:
    span = counts.compared.spans[run.cohort_id]
    students, weeks = _students_and_weeks(counts, {run: span})
    return rate(counts.asks.by_milestone(run.cohort_id, span).total(), students, by=weeks)


def _without_dates(counts: TrendCounts, run: CohortRun) -> str:
    """Count the questions without a date, which some weeks of a cohort leave out."""
    cells = counts.asks.cells.items()
    undated = sum(asks for (cohort, monday, _), asks in cells if cohort == run.cohort_id and monday is None)
    return f" ({undated:,} without a date left out)" if undated else ""


def _before_label(counts: TrendCounts) -> str:
    """The rate of the previous cohort, and that of the current one if the view also has other cohorts."""
    compared = counts.compared
    if compared.before is None or compared.current is None:
        return ""
    before = _weekly_rate(counts, compared.before)
    if before is None:
        return ""
    label = f"{rate_label(before, 1)} in {compared.before.title} over the same weeks"
    if not compared.spans[compared.before.cohort_id].holds(None):
        label += _without_dates(counts, compared.before)
    now = _weekly_rate(counts, compared.current)
    if len(counts.view.chosen) > 1 and now is not None:
        label = f"{rate_label(now, 1)} in {compared.current.title}, {label}"
    return label
