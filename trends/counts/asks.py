"""The number of asks by cohort, week and milestone, by who asked, by material, and by category."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cache

from trends.counts.view import TrendView
from trends.figures import CohortRun, Span, Stay
from trends.models import CourseSummary
from trends.models.stays import Stays
from trends.models.summary import AskCell, ask_cells


@dataclass(frozen=True, slots=True)
class AskCounts:
    """Asks under the filters, by id. None stands for asks without a milestone, material or category.

    The Monday of asks without a date is None too. `cells` counts by cohort, Monday and milestone over all weeks and
    all cohorts, and `by_stay` those of whom it is known when they were at the milestone. The others count the view;
    `answered` those that were answered already, by cohort, and `again` those where the answer did not hold.
    """

    cells: Counter[tuple[int, date | None, int | None]]
    by_stay: Counter[tuple[int, date | None, int | None, Stay]]
    materials: Counter[int | None]
    categories: Counter[str]
    answered: Counter[int]
    again: Counter[int]

    @property
    def total(self) -> int:
        return self.categories.total()

    def without_week(self, spans: Mapping[int, Span]) -> int:
        """The asks without a date of these cohorts whose span leaves them out."""
        return sum(
            asks
            for (cohort, monday, _), asks in self.cells.items()
            if monday is None and cohort in spans and not spans[cohort].holds(None)
        )

    def by_milestone(self, cohort_id: int, span: Span) -> Counter[int | None]:
        asks_by_milestone: Counter[int | None] = Counter()
        for (cohort, monday, milestone), asks in self.cells.items():
            if cohort == cohort_id and span.holds(monday):
                asks_by_milestone[milestone] += asks
        return asks_by_milestone

    def of_students(self, run: CohortRun, span: Span, *, is_dated: bool) -> Counter[int | None]:
        """The same of the asks of the students who were there in the span, as `StudentCounts.at_milestones`."""
        asks_by_milestone: Counter[int | None] = Counter()
        for (cohort, monday, milestone, stay), asks in self.by_stay.items():
            if cohort == run.cohort_id and stay.is_dated is is_dated and span.holds(monday):
                asks_by_milestone[milestone] += asks if run.was_there(stay, span) else 0
        return asks_by_milestone


def ask_counts(view: TrendView, cells: Iterable[AskCell]) -> AskCounts:
    """Count the asks of the view, and those of other cohorts for comparison."""
    chosen, is_held = {run.cohort_id for run in view.chosen}, cache(view.span.holds)
    counts = AskCounts(*(Counter() for _ in fields(AskCounts)))
    for cohort, monday, milestone, material, category, stay, asks, answered, again in cells:
        counts.cells[cohort, monday, milestone] += asks
        if stay:
            counts.by_stay[cohort, monday, milestone, stay] += asks
        if cohort in chosen and is_held(monday):
            counts.materials[material] += asks
            counts.categories[category] += asks
            counts.answered[cohort] += answered
            counts.again[cohort] += again
    return counts


def cells_of(view: TrendView, summary: CourseSummary | None, stays: Stays | None) -> Iterable[AskCell]:
    """Return the cells of the summary of the course, or those counted now."""
    if stays is not None:
        return ask_cells(view.asks(), stays, view.about(), is_followed=view.access.is_course_admin)
    cohorts, is_about = {run.cohort_id for run in view.runs}, cache(view.is_about)
    assert summary is not None, "a course is counted live, or by the worker"  # noqa: S101
    return (cell for cell in summary.ask_cells() if cell[0] in cohorts and is_about(*cell[2:5]))


def asks_left_out_label(undated: int) -> str:
    """Say how many asks are left out of what is counted by week; "" for none."""
    if not undated:
        return ""
    return f"{undated:,} imported without a date {'is' if undated == 1 else 'are'} left out."
