"""What the panels of the trends share: whose asks and which weeks (`TrendView`), and three queries that count them."""

from functools import cached_property

from trends.counts.asks import AskCounts, ask_counts
from trends.counts.compared import ComparedRuns, compared_runs
from trends.counts.students import StudentCounts, student_counts
from trends.counts.view import TrendView, courses_with_choices, trend_view
from trends.counts.waits import QuestionWaits, question_waits

__all__ = ["TrendCounts", "TrendView", "courses_with_choices", "trend_view"]


class TrendCounts:
    """A view and what is counted in it. Each count is read from the database when a panel first needs it."""

    def __init__(self, view: TrendView) -> None:
        self.view = view

    @cached_property
    def compared(self) -> ComparedRuns:
        return compared_runs(self.view)

    @cached_property
    def asks(self) -> AskCounts:
        return ask_counts(self.view, frozenset(self.compared.spans))

    @cached_property
    def students(self) -> StudentCounts:
        return student_counts(self.view, self.compared.spans)

    @cached_property
    def waits(self) -> QuestionWaits:
        return question_waits(self.view)
