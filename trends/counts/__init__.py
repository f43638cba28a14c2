"""What the panels of the trends share: the groups and weeks to count (`TrendView`), and what is counted."""

from functools import cached_property

from groups.models import Membership
from questions.models import Ask
from tracker.models import Progress
from trends.counts.asks import AskCounts, ask_counts
from trends.counts.compared import ComparedRuns, compared_runs
from trends.counts.hours import HoursSpent, hours_spent
from trends.counts.opinions import Found, opinions
from trends.counts.students import StudentCounts, student_counts
from trends.counts.view import TrendView, trend_view
from trends.counts.waits import QuestionWaits, question_waits
from trends.models import CourseSummary
from trends.models.stays import Stays, count_stays

__all__ = ["TrendCounts", "TrendView", "trend_view"]


class TrendCounts:
    def __init__(self, view: TrendView) -> None:
        self.view = view

    @cached_property
    def summary(self) -> CourseSummary | None:
        """The asks of a large course as the worker counted them last. None: they are counted live."""
        if not self.view.access.is_course_admin or self.view.filters.group:
            return None
        return CourseSummary.objects.filter(course=self.view.course).first()

    @cached_property
    def compared(self) -> ComparedRuns:
        return compared_runs(self.view, self.asks)

    @cached_property
    def asks(self) -> AskCounts:
        return ask_counts(self.view, self.summary, lambda: self._stays)

    @cached_property
    def _stays(self) -> Stays:
        """Of the students of the view's groups, or of those of all groups that asked."""
        if self.view.groups is not None:
            return Stays(Membership.objects.filter(group__in=self.view.groups), self.view.groups)
        asked = Ask.objects.filter(group__cohort__in=[run.cohort_id for run in self.view.runs])
        return Stays(Membership.objects.filter(group__in=asked.order_by().values("group")))

    @cached_property
    def opinions(self) -> dict[int, Found]:
        return opinions(self.view)

    @cached_property
    def hours(self) -> dict[int, HoursSpent]:
        """By milestone, of whole cohorts: a group is too small for a figure."""
        if self.view.groups is not None:
            return {}
        return hours_spent([run.cohort_id for run in self.view.chosen])

    @cached_property
    def students(self) -> StudentCounts:
        cohorts = {run.cohort_id for run in self.view.chosen} | self.compared.spans.keys()
        everybody = Progress.objects.filter(enrolment__cohort__in=cohorts)
        stays = count_stays(everybody) if self.view.groups is None else self._stays
        return student_counts(self.view, cohorts, stays)

    @cached_property
    def waits(self) -> QuestionWaits:
        return question_waits(self.view)
