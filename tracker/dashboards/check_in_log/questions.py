"""The lines of questions on the check-in, with those that were asked before and may be meant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from groups.models import Group
from people.models import User
from questions.access.questions import reader
from questions.access.sight import questions_visible_to
from questions.candidates import NOT_ASKED, alike
from questions.dashboards.question_suggestions import Suggestion, suggestions_of
from questions.models.question import QuestionQuerySet
from questions.similar import Text
from tracker.forms.check_in_fields import QuestionLineForm

_MOST_OFFERED = 3
# Characters of a question, as the form takes them.
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A question that may be the same, and whether it was said to be."""

    suggestion: Suggestion
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInQuestion:
    """A line, and what may be meant by it."""

    form: QuestionLineForm
    candidates: tuple[Candidate, ...]


def askable_questions(user: User, group: Group, now: datetime) -> QuestionQuerySet:
    """The questions that may be meant by "asked again": those of the group's course that the person sees."""
    return questions_visible_to(user, now).filter(cohort__course=group.cohort.course_id)


def check_in_questions(
    lines: Sequence[QuestionLineForm],
    user: User,
    now: datetime,
    questions: QuestionQuerySet,
    *,
    is_searched: bool,
) -> tuple[CheckInQuestion, ...]:
    """Return the lines with the questions chosen in them, in two queries if there are any.

    Args:
        is_searched: look for similar questions too, up to three queries a line; else the page asks for them by itself.
    """
    chosen = [_number(line["again"].value()) for line in lines]
    found = [_found(_typed(line), questions) if is_searched else [] for line in lines]
    return tuple(
        CheckInQuestion(form=line, candidates=candidates)
        for line, candidates in zip(lines, _candidates(chosen, found, user, now, questions), strict=True)
    )


def candidates_for(
    typed: Text, chosen: str, user: User, now: datetime, questions: QuestionQuerySet
) -> tuple[Candidate, ...]:
    """Return what is similar to a line; what was chosen (an id) stays on offer."""
    return _candidates([_number(chosen)], [_found(typed, questions)], user, now, questions)[0]


def _found(typed: Text, questions: QuestionQuerySet) -> list[int]:
    return [one.original for one in alike(questions, typed, limit=_MOST_OFFERED)]


def _candidates(
    chosen: Sequence[int | None],
    found: Sequence[list[int]],
    user: User,
    now: datetime,
    questions: QuestionQuerySet,
) -> list[tuple[Candidate, ...]]:
    offered = [
        list(dict.fromkeys([*([own] if own else []), *ids])) for own, ids in zip(chosen, found, strict=True)
    ]
    every = sorted({pk for ids in offered for pk in ids})
    there = {row.id: row for row in suggestions_of(every, questions, reader(user, now))}
    return [
        tuple(Candidate(suggestion=there[pk], is_chosen=pk == own) for pk in ids if pk in there)
        for own, ids in zip(chosen, offered, strict=True)
    ]


def _typed(line: QuestionLineForm) -> Text:
    return typed_text(line["title"].value(), line["milestone"].value())


def typed_text(title: object, milestone: object) -> Text:
    """A line as it is compared; what is no milestone is left out."""
    return Text(id=NOT_ASKED, title=str(title or "")[:_LONGEST], milestone=_number(milestone))


def _number(value: object) -> int | None:
    return int(str(value)) if str(value).isascii() and str(value).isdigit() and len(str(value)) < 18 else None
