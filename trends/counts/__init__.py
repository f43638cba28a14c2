"""What the panels of the trends share: the groups and weeks to count (`TrendView`), and what is counted."""

from functools import cached_property

from trends.counts.asks import AskCounts, ask_counts
from trends.counts.compared import ComparedRuns, compared_runs
from trends.counts.hours import HoursSpent, hours_spent
from trends.counts.opinions import Found, opinions
from trends.counts.students import StudentCounts, student_counts
from trends.counts.view import TrendView, trend_view
from trends.counts.waits import QuestionWaits, question_waits
from trends.models import CourseSummary

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
        return ask_counts(self.view, self.summary)

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
        return student_counts(self.view, self.compared.spans)

    @cached_property
    def waits(self) -> QuestionWaits:
        return question_waits(self.view)
