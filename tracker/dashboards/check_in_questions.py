"""The lines of questions on the check-in, with those that were asked before and may be meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from groups.models import Group
from people.models import User
from tracker.access.questions import questions_visible_to
from tracker.forms.check_in_fields import QuestionLineForm
from tracker.models import Question
from tracker.models.question import QuestionQuerySet
from tracker.search import similar


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question that may be the same, and whether it was said to be."""

    id: int
    title: str
    facts: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionRow:
    """A line, and what may be meant by it."""

    form: QuestionLineForm
    candidates: tuple[Candidate, ...]


def askable_questions(user: User, group: Group, now: datetime) -> QuestionQuerySet:
    """The questions that may be meant by "asked again": those of the group's course that the person sees."""
    return questions_visible_to(user, now).filter(cohort__course=group.cohort.course_id)


def question_rows(
    lines: Sequence[QuestionLineForm], questions: QuestionQuerySet, *, is_searched: bool
) -> tuple[QuestionRow, ...]:
    """Return the lines with the questions chosen in them, in one query if there are any.

    Args:
        is_searched: look for similar questions too, two queries a line; else the page asks for them by itself.
    """
    chosen = {line: _number(line["again"].value()) for line in lines}
    ids = [pk for pk in chosen.values() if pk]
    there = questions.with_ask_count().in_bulk(ids) if ids else {}
    rows = []
    for line in lines:
        title = str(line["title"].value() or "")
        found = similar(questions.with_ask_count(), title) if is_searched and title else []
        rows.append(QuestionRow(form=line, candidates=_candidates(found, there.get(chosen[line] or 0))))
    return tuple(rows)


def candidates_for(title: str, chosen: str, questions: QuestionQuerySet) -> tuple[Candidate, ...]:
    """Return what is similar to a title; what was chosen (an id) stays on offer."""
    with_count = questions.with_ask_count()
    number = _number(chosen)
    kept = with_count.filter(pk=number).first() if number is not None else None
    return _candidates(similar(with_count, title), kept)


def _candidates(found: Sequence[Question], chosen: Question | None) -> tuple[Candidate, ...]:
    offered = {question.pk: question for question in [*([chosen] if chosen else []), *found]}
    return tuple(
        Candidate(
            id=question.pk,
            title=question.title,
            facts=f"{question.get_status_display()}, {question.ask_count} asked",  # type: ignore[attr-defined]
            is_chosen=chosen is not None and question.pk == chosen.pk,
        )
        for question in offered.values()
    )


def _number(value: object) -> int | None:
    return int(str(value)) if str(value).isascii() and str(value).isdigit() and len(str(value)) < 18 else None
