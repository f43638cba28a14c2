from dataclasses import dataclass

from trends.counts.view import TrendView
from trends.figures import CohortRun, Span, same_weeks

# The most columns that are readable side by side.
MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    runs: tuple[CohortRun, ...]
    spans: dict[int, Span]
    # The latest cohort that has begun, and the one before it, if there is one.
    current: CohortRun | None
    before: CohortRun | None


def compared_runs(view: TrendView) -> ComparedRuns:
    """Compare the chosen cohorts if there are several, otherwise the latest that has begun with the one before it.

    Cohorts that began after the period are left out: they share no week with it.
    """
    last = view.span.last
    begun = [run for run in view.chosen if run.weeks_so_far and (last is None or run.first_monday <= last)]
    if not begun:
        return ComparedRuns((), {}, None, None)
    current = begun[-1]
    at = view.runs.index(current)
    before = view.runs[at - 1] if at else None
    if len(view.filters.cohorts) > 1:
        runs = tuple(begun[-MOST_COMPARED:])
        before = runs[-2] if len(runs) > 1 else before
    else:
        runs = (before, current) if before else (current,)
    spans = {run.cohort_id: same_weeks(current, run, view.span) for run in runs}
    if before:
        spans.setdefault(before.cohort_id, same_weeks(current, before, view.span))
    return ComparedRuns(runs, spans, current, before)
