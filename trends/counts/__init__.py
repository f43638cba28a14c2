"""Counts that the panels of the trends share, over the groups and weeks of a `TrendView`."""

from collections.abc import Iterable
from functools import cached_property

from groups.models import Membership
from tracker.models import Progress
from trends.counts.asks import AskCounts, ask_counts, cells_of
from trends.counts.compared import ComparedRuns, compared_runs
from trends.counts.opinions import Found, opinions
from trends.counts.students import StudentCounts, student_counts
from trends.counts.view import TrendView, trend_view
from trends.counts.waits import QuestionWaits, question_waits
from trends.models import CourseSummary
from trends.models.stays import Stays, count_stays
from trends.models.summary import AskCell

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
        return ask_counts(self.view, self.ask_cells())

    def ask_cells(self) -> Iterable[AskCell]:
        """The asks under the filters, of all cohorts and weeks. One query."""
        return cells_of(self.view, self.summary, self._stays)

    @cached_property
    def _stays(self) -> Stays | None:
        """Of the students of the view's groups, or of all of its cohorts; None for a large course."""
        groups = self.view.groups
        if groups is not None:
            members = Membership.objects.filter(group__in=groups).order_by().values("enrolment")
            return Stays(Progress.objects.filter(enrolment__in=members), groups)
        cohorts = [run.cohort_id for run in self.view.runs]
        everybody = Progress.objects.filter(enrolment__cohort__in=cohorts)
        return None if self.summary else Stays(everybody)

    @cached_property
    def opinions(self) -> dict[int, Found]:
        return opinions(self.view)

    @cached_property
    def students(self) -> StudentCounts:
        cohorts = {run.cohort_id for run in self.view.chosen} | self.compared.spans.keys()
        stays = self._stays or count_stays(Progress.objects.filter(enrolment__cohort__in=cohorts))
        return student_counts(self.view, cohorts, stays)

    @cached_property
    def waits(self) -> QuestionWaits:
        return question_waits(self.view)
