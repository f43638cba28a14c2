"""The panels of questions that wait: times to the answer, what is open, what the material does not answer."""

from datetime import timedelta

from django.urls import reverse

from trends.figures import percentile, within_label
from trends.forms.drill_down import NOTHING, Lack
from trends.panels.answering import AGES, Questions, Waits, lacking_words
from trends.panels.figures import (
    AgeBucket,
    AnswerTime,
    AnswerTimes,
    OldestQuestion,
    Unanswerable,
    UnanswerableRow,
    Waiting,
)
from trends.panels.view import TrendView


def answer_times(view: TrendView, waits: Waits) -> AnswerTimes:
    """Return how long the first answer took, of all and by milestone."""
    rows = [
        _answer_time(view, waits.by_milestone[milestone], milestone or NOTHING, title)
        for milestone, title in _milestones(view, waits)
    ]
    return AnswerTimes(_answer_time(view, waits.all, None, "All questions"), tuple(rows))


def _milestones(view: TrendView, waits: Waits) -> list[tuple[int | None, str]]:
    """Those of which there are questions, as the course teaches them, and none."""
    every: list[tuple[int | None, str]] = [*view.milestones.items(), (None, "No milestone")]
    return [row for row in every if row[0] in waits.by_milestone]


def _answer_time(view: TrendView, questions: Questions, milestone: int | None, title: str) -> AnswerTime:
    drill = view.drill_with(is_first_ask=True)
    if milestone is not None:
        drill = view.drill_with(is_first_ask=True, milestone=milestone)
    p50, p90 = (percentile(questions.answered, share) for share in (0.5, 0.9))
    return AnswerTime(
        milestone_id=milestone or None,
        title=title,
        answered=questions.answered.total(),
        unanswered=questions.unanswered,
        p50_minutes=p50,
        p50_words=within_label(p50),
        p90_minutes=p90,
        p90_words=within_label(p90),
        query=drill.query if questions.count else "",
    )


def waiting(view: TrendView, waits: Waits) -> Waiting:
    """Return what is open today, whenever it was asked, by its age in whole days."""
    bounds = (0, *AGES)
    allowed = view.course.question_open_days
    buckets = []
    for n, first in enumerate(bounds):
        last = bounds[n + 1] - 1 if n + 1 < len(bounds) else None
        count = waits.ages[first]
        drill = view.drill_of_open(open_from=first or None, open_to=last)
        buckets.append(
            AgeBucket(_age_words(first, last), count, first >= allowed, drill.query if count else "")
        )
    return Waiting(
        count=waits.ages.total(),
        too_long=waits.too_long,
        buckets=tuple(buckets),
        oldest=tuple(
            OldestQuestion(
                row.title,
                reverse("questions:question-detail", args=[row.id]),
                (view.now - row.asked_at) // timedelta(days=1),
            )
            for row in waits.oldest
        ),
        query=view.drill_of_open().query if waits.ages else "",
    )


def _age_words(first: int, last: int | None) -> str:
    if last is None:
        return f"{first} days or more"
    if first == 0:
        return "less than a day" if last == 0 else f"up to {last} days"
    return f"{first} to {last} days" if last > first else f"{first} day{'' if first == 1 else 's'}"


def unanswerable(view: TrendView, waits: Waits) -> Unanswerable:
    """Return the questions that nobody could answer from the material, the milestone with the most first."""
    rows = [
        UnanswerableRow(
            milestone_id=milestone,
            title=title,
            all=lacks[Lack.ANY],
            unclear=lacks[Lack.UNCLEAR],
            wrong=lacks[Lack.WRONG],
            waiting=lacks[Lack.WAITING],
            query=view.drill_with(is_first_ask=True, lack=Lack.ANY, milestone=milestone or NOTHING).query,
        )
        for milestone, title in _milestones(view, waits)
        if (lacks := waits.by_milestone[milestone].lacks)[Lack.ANY]
    ]
    count = waits.all.lacks[Lack.ANY]
    return Unanswerable(
        definition=lacking_words(view.course.question_open_days),
        count=count,
        share=count / waits.all.count if waits.all.count else 0,
        rows=tuple(sorted(rows, key=lambda row: -row.all)),
        query=view.drill_with(is_first_ask=True, lack=Lack.ANY).query if count else "",
    )
