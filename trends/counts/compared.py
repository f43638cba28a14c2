from dataclasses import dataclass

from trends.counts.asks import AskCounts
from trends.counts.view import TrendView
from trends.figures import CohortRun, Span, same_weeks

# The most columns that are readable side by side.
MOST_COMPARED = 4


@dataclass(frozen=True, slots=True)
class ComparedRuns:
    runs: tuple[CohortRun, ...]
    spans: dict[int, Span]
    # The latest cohort in which something was asked, or the latest that has begun, and the one to compare it with.
    current: CohortRun | None
    before: CohortRun | None


def compared_runs(view: TrendView, asks: AskCounts) -> ComparedRuns:
    """Compare the chosen cohorts if there are several, otherwise the latest two with asks.

    Cohorts that began after the period are left out: they share no week with it.
    """
    last = view.span.last
    begun = [run for run in view.chosen if run.weeks_so_far and (last is None or run.first_monday <= last)]
    if not begun:
        return ComparedRuns((), {}, None, None)
    is_chosen = len(view.filters.cohort) > 1
    if is_chosen:
        begun = begun[-MOST_COMPARED:]
    asked = {cohort for cohort, monday, _ in asks.cells if view.span.holds(monday)}
    current = next((run for run in reversed(begun) if run.cohort_id in asked), begun[-1])
    others = begun if is_chosen else view.runs
    ever_asked = {cohort for cohort, _, _ in asks.cells}
    earlier = [run for run in others[: others.index(current)] if is_chosen or run.cohort_id in ever_asked]
    runs = tuple(begun) if is_chosen else (*earlier[-1:], current)
    before = earlier[-1] if earlier else None
    spans = {run.cohort_id: same_weeks(current, run, view.span) for run in runs}
    return ComparedRuns(runs, spans, current, before)
