"""The question lines of the check-in form, each with similar questions that were asked before."""

from collections.abc import Callable, Sequence
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
# Maximum number of characters, as in the form.
_LONGEST = 300


# Questions that may be the same, each with whether the person chose it.
type Candidates = tuple[tuple[Suggestion, bool], ...]


def askable_questions(user: User, group: Group, now: datetime) -> QuestionQuerySet:
    return questions_visible_to(user, now).filter(cohort__course=group.cohort.course_id)


def check_in_questions(
    lines: Sequence[QuestionLineForm],
    user: User,
    now: datetime,
    askable: Callable[[], QuestionQuerySet],
    *,
    is_searched: bool,
) -> tuple[tuple[QuestionLineForm, Candidates], ...]:
    """Return the lines with the questions chosen in them.

    Args:
        is_searched: also look for similar questions; else the page fetches them later.
    """
    chosen = [_number(line["again"].value()) for line in lines]
    if not is_searched and not any(chosen):
        return tuple((line, ()) for line in lines)
    questions = askable()
    typed = [typed_text(line["title"].value(), line["milestone"].value()) for line in lines]
    similar = [_similar_ids(text, questions) if is_searched else [] for text in typed]
    return tuple(zip(lines, _candidates(chosen, similar, user, now, questions), strict=True))


def candidates_for(
    typed: Text, chosen: str, user: User, now: datetime, questions: QuestionQuerySet
) -> Candidates:
    return _candidates([_number(chosen)], [_similar_ids(typed, questions)], user, now, questions)[0]


def _similar_ids(typed: Text, questions: QuestionQuerySet) -> list[int]:
    return [match.original for match in alike(questions, typed, limit=_MOST_OFFERED)]


def _candidates(
    chosen: Sequence[int | None],
    similar: Sequence[list[int]],
    user: User,
    now: datetime,
    questions: QuestionQuerySet,
) -> list[Candidates]:
    offered = [
        list(dict.fromkeys([*([own] if own else []), *ids])) for own, ids in zip(chosen, similar, strict=True)
    ]
    all_ids = sorted({pk for ids in offered for pk in ids})
    suggestions = {row.question.pk: row for row in suggestions_of(all_ids, questions, reader(user, now))}
    return [
        tuple((suggestions[pk], pk == own) for pk in ids if pk in suggestions)
        for own, ids in zip(chosen, offered, strict=True)
    ]


def typed_text(title: object, milestone: object) -> Text:
    return Text(id=NOT_ASKED, title=str(title or "")[:_LONGEST], milestone=_number(milestone))


def _number(value: object) -> int | None:
    return int(str(value)) if str(value).isascii() and str(value).isdigit() and len(str(value)) < 18 else None
