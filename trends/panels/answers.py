from collections.abc import Iterator
from dataclasses import dataclass

from trends.counts import TrendCounts, TrendView
from trends.counts.waits import QuestionCounts, milestones_asked_about
from trends.figures import percentile, within_label
from trends.forms.drill_down import NOTHING
from trends.panels.links import Link, questions_link
from trends.panels.panel import CsvRow, Panel


@dataclass(frozen=True, slots=True)
class AnswerTime:
    """Time to the first answer: half were answered within `p50`, nine in ten within `p90`.

    Percentiles are in minutes, None while nothing was answered.
    """

    title: str
    answered: int
    unanswered: int
    p50_minutes: int | None
    p90_minutes: int | None
    query: str


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    all: AnswerTime
    by_milestone: tuple[AnswerTime, ...]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    label: str
    half_within: str
    most_within: str
    answered: Link
    unanswered: Link


@dataclass(frozen=True, slots=True)
class AnswerTable:
    rows: tuple[AnswerRow, ...]
    total: AnswerRow


def answer_times(counts: TrendCounts) -> AnswerTimes:
    view, waits = counts.view, counts.waits
    return AnswerTimes(
        all=_answer_time(view, waits.all, None, "All questions"),
        by_milestone=tuple(
            _answer_time(view, waits.by_milestone[milestone], milestone or NOTHING, title)
            for milestone, title in milestones_asked_about(view, waits)
        ),
    )


def _answer_time(view: TrendView, questions: QuestionCounts, milestone: int | None, title: str) -> AnswerTime:
    drill = view.drill_with(is_first_ask=True)
    if milestone is not None:
        drill = view.drill_with(is_first_ask=True, milestone=milestone)
    return AnswerTime(
        title=title,
        answered=questions.answered.total(),
        unanswered=questions.unanswered,
        p50_minutes=percentile(questions.answered, 0.5),
        p90_minutes=percentile(questions.answered, 0.9),
        query=drill.query if questions.count else "",
    )


def answer_table(counts: TrendCounts) -> AnswerTable:
    times = answer_times(counts)
    return AnswerTable(tuple(_row(time) for time in times.by_milestone), _row(times.all))


def _row(time: AnswerTime) -> AnswerRow:
    return AnswerRow(
        label=time.title,
        half_within=within_label(time.p50_minutes),
        most_within=within_label(time.p90_minutes),
        answered=questions_link(time.answered, time.query, has_answer=True),
        unanswered=questions_link(time.unanswered, time.query, has_answer=False),
    )


def _csv_rows(counts: TrendCounts) -> Iterator[CsvRow]:
    times = answer_times(counts)
    for time in (*times.by_milestone, times.all):
        yield time.title, time.answered, time.unanswered, time.p50_minutes, time.p90_minutes


ANSWERS = Panel(
    name="answers",
    title="Time to the first answer",
    template="trends/_trends_answers.html",
    content=answer_table,
    csv_columns=(
        "Milestone",
        "Answered",
        "Not answered",
        "Half within (minutes)",
        "9 in 10 within (minutes)",
    ),
    csv_rows=_csv_rows,
)
