"""Counts that the panels of the trends share, over the groups and weeks of a `TrendView`."""

from collections.abc import Iterable
from functools import cached_property

from trends.counts.asks import AskCounts, ask_counts, cells_of
from trends.counts.compared import ComparedRuns, compared_runs
from trends.counts.opinions import Found, opinions
from trends.counts.students import StudentCounts, student_counts
from trends.counts.view import TrendView, trend_view
from trends.counts.waits import QuestionWaits, question_waits
from trends.models import CourseSummary
from trends.models.stays import Stays
from trends.models.summary import AskCell

__all__ = ["TrendCounts", "TrendView", "trend_view"]


class TrendCounts:
    def __init__(self, view: TrendView) -> None:
        self.view = view

    @cached_property
    def summary(self) -> CourseSummary | None:
        return self.view.summary()

    @cached_property
    def compared(self) -> ComparedRuns:
        return compared_runs(self.view, self.asks)

    @cached_property
    def asks(self) -> AskCounts:
        return ask_counts(self.view, self.ask_cells())

    def ask_cells(self) -> Iterable[AskCell]:
        """The asks under the filters, of all cohorts and weeks."""
        return cells_of(self.view, self.summary, self._stays)

    @cached_property
    def _stays(self) -> Stays | None:
        """Of the students of the view's groups, or of all of its cohorts; None for a large course."""
        return None if self.summary else Stays(self.view.progress(), self.view.groups)

    @cached_property
    def opinions(self) -> dict[int, Found]:
        return opinions(self.view)

    @cached_property
    def students(self) -> StudentCounts:
        cohorts = {run.cohort_id for run in self.view.chosen} | self.compared.spans.keys()
        if self.summary:
            return student_counts(self.view, cohorts, self.summary.counted_stays())
        return student_counts(self.view, cohorts, self._stays or ())

    @cached_property
    def waits(self) -> QuestionWaits:
        return question_waits(self.view)
