from dataclasses import dataclass

from trends.counts import TrendCounts
from trends.counts.waits import QuestionCounts, milestones_asked_about
from trends.figures import percentile, wait_label
from trends.forms.filters import NOTHING
from trends.panels.panel import Number, Panel


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """Time to the first answer: labels of within what half, and nine in ten, were answered; "" while nothing was."""

    title: str
    answered: Number
    # Of these, the ones that are left out of the times: nobody knows when they were answered.
    undated: int
    unanswered: Number
    half_within: str
    most_within: str


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
            half_within=wait_label(percentile(questions.answered, 0.5)),
            most_within=wait_label(percentile(questions.answered, 0.9)),
        )

    return AnswerTimes(
        all=time("All questions", waits.all),
        by_milestone=tuple(
            time(title, waits.by_milestone[milestone], milestone=milestone or NOTHING)
            for milestone, title in milestones_asked_about(view, waits)
        ),
    )


def none_timed_label(undated: int) -> str:
    """Say, without a full stop, that no question has a time to its first answer: `undated` ones are answered."""
    return f"{undated:,} answered, without a date" if undated else "Nothing was answered yet"


def _finding(counts: TrendCounts) -> str:
    waits = counts.waits
    if not waits.all.answered:
        return f"{none_timed_label(waits.all.undated)}."
    finding = f"Half within {wait_label(percentile(waits.all.answered, 0.5))}"
    halves = {
        title: half
        for milestone, title in milestones_asked_about(counts.view, waits)
        if milestone and (half := percentile(waits.by_milestone[milestone].answered, 0.5)) is not None
    }
    if len(halves) < 2:
        return f"{finding}."
    slowest = max(halves, key=lambda title: halves[title])
    return f"{finding}; {slowest} takes longest, {wait_label(halves[slowest])}."


PANEL = Panel(
    name="answers",
    title="Time to the first answer",
    template="trends/_trends_answers.html",
    finding=_finding,
    content=answer_times,
)
