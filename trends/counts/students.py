from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from trends.counts.view import TrendView
from trends.figures import CohortRun, Span, Stay
from trends.models.stays import CountedStay


@dataclass(frozen=True, slots=True)
class StudentCounts:
    """Students by cohort, milestone and when they were at it."""

    by_stay: Counter[tuple[int, int, Stay]]

    def at_milestones(self, run: CohortRun, span: Span, *, is_dated: bool) -> Counter[int]:
        """The students who were at a milestone in the span. Without dates, nobody knows when they were at it."""
        students: Counter[int] = Counter()
        for (cohort, milestone, stay), count in self.by_stay.items():
            if cohort == run.cohort_id and stay.is_dated is is_dated and run.was_there(stay, span):
                students[milestone] += count
        return students


def student_counts(view: TrendView, cohorts: Collection[int], stays: Iterable[CountedStay]) -> StudentCounts:
    """Count the students of these cohorts, and in the groups of the view."""
    by_stay: Counter[tuple[int, int, Stay]] = Counter()
    for cohort, milestone, stay, students in stays:
        if cohort in cohorts and (not view.filters.milestone or milestone == view.filters.milestone):
            by_stay[cohort, milestone, stay] += students
    return StudentCounts(by_stay)
