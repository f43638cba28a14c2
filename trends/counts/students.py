from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from groups.models import Enrolment, Membership
from trends.counts.view import TrendView
from trends.figures import CohortRun, Span, Stay
from trends.models.stays import CountedStay


@dataclass(frozen=True, slots=True)
class StudentCounts:
    """Students by cohort, milestone and when they were at it, and by cohort and the days of their stay in it.

    A stay in a cohort is from the day they came to the day they left, None if they have not.
    """

    by_stay: Counter[tuple[int, int, Stay]]
    stays: Counter[tuple[int, date, date | None]]

    def at_milestones(self, run: CohortRun, span: Span, *, is_dated: bool) -> Counter[int]:
        """The students who were at a milestone in the span. Without dates, nobody knows when they were at it."""
        students: Counter[int] = Counter()
        for (cohort, milestone, stay), count in self.by_stay.items():
            if cohort == run.cohort_id and stay.is_dated is is_dated and run.was_there(stay, span):
                students[milestone] += count
        return students


def student_counts(view: TrendView, cohorts: Collection[int], stays: Iterable[CountedStay]) -> StudentCounts:
    """Count the students of these cohorts, and in the groups of the view. One query, and those of `stays`."""
    by_stay: Counter[tuple[int, int, Stay]] = Counter()
    for cohort, milestone, stay, students in stays:
        if cohort in cohorts and (not view.filters.milestone or milestone == view.filters.milestone):
            by_stay[cohort, milestone, stay] += students
    return StudentCounts(by_stay, _enrolled(view, cohorts))


def _enrolled(view: TrendView, cohorts: Collection[int]) -> Counter[tuple[int, date, date | None]]:
    if view.groups is None:
        enrolments = Enrolment.objects.filter(cohort__in=cohorts).order_by()
        rows = enrolments.values_list("cohort", "started_on", "ended_on").annotate(count=Count("*"))
        return Counter({(cohort, first, end): count for cohort, first, end, count in rows})
    memberships = Membership.objects.filter(group__in=view.groups, group__cohort__in=cohorts).order_by()
    stays = memberships.values_list("group__cohort", "started_on", "ended_on").annotate(count=Count("*"))
    return Counter({(cohort, first, end): count for cohort, first, end, count in stays})
