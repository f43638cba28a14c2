from dataclasses import dataclass

from trends.counts import TrendCounts
from trends.counts.waits import QuestionCounts, milestones_asked_about
from trends.figures import percentile, within_label
from trends.forms.filters import NOTHING
from trends.panels.panel import Number, Panel


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """Time to the first answer: half were answered within `p50`, nine in ten within `p90`.

    Percentiles are in minutes, None while nothing was answered.
    """

    title: str
    answered: Number
    # Of these, the ones that are left out of the times: nobody knows when they were answered.
    undated: int
    unanswered: Number
    p50_minutes: int | None
    p90_minutes: int | None

    @property
    def half_within(self) -> str:
        return within_label(self.p50_minutes)

    @property
    def most_within(self) -> str:
        return within_label(self.p90_minutes)


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    all: AnswerTime
    by_milestone: tuple[AnswerTime, ...]


def answer_times(counts: TrendCounts) -> AnswerTimes:
    view, waits = counts.view, counts.waits

    def time(title: str, questions: QuestionCounts, **about: int) -> AnswerTime:
        return AnswerTime(
            title=title,
            answered=Number.of(
                questions.answered.total() + questions.undated, view, first=True, answer="yes", **about
            ),
            undated=questions.undated,
            unanswered=Number.of(questions.unanswered, view, first=True, answer="no", **about),
            p50_minutes=percentile(questions.answered, 0.5),
            p90_minutes=percentile(questions.answered, 0.9),
        )

    return AnswerTimes(
        all=time("All questions", waits.all),
        by_milestone=tuple(
            time(title, waits.by_milestone[milestone], milestone=milestone or NOTHING)
            for milestone, title in milestones_asked_about(view, waits)
        ),
    )


def _finding(counts: TrendCounts) -> str:
    waits = counts.waits
    if not waits.all.answered:
        return (
            f"{waits.all.undated:,} answered, without a date."
            if waits.all.undated
            else "Nothing was answered yet."
        )
    finding = f"Half within {within_label(percentile(waits.all.answered, 0.5))}"
    halves = {
        title: half
        for milestone, title in milestones_asked_about(counts.view, waits)
        if milestone and (half := percentile(waits.by_milestone[milestone].answered, 0.5)) is not None
    }
    if len(halves) < 2:
        return f"{finding}."
    slowest = max(halves, key=lambda title: halves[title])
    return f"{finding}; {slowest} takes longest, {within_label(halves[slowest])}."


PANEL = Panel(
    name="answers",
    position=8,
    title="Time to the first answer",
    template="trends/_trends_answers.html",
    finding=_finding,
    content=answer_times,
)
