"""Save questions, asks and answers that were recorded elsewhere, in batches.

Each function takes unsaved rows, and returns what it created or changed, so that the caller can undo it.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from people.models import User
from questions.models import Answer, Ask, Question
from questions.search import search_text

_ANSWERED = (
    "status", "first_answered_at", "is_answer_undated", "search_text", "version", "changed_at", "changed_by",
)  # fmt: skip
_BATCH = 500
_IN_A_QUERY = 2_000
SOLVED = "Solved. The answer was not written down."


@dataclass(slots=True)
class RecordedQuestion:
    """An unsaved question with its asks, earliest first, and answers.

    Without a status, it follows from the answers; if it is solved without an answer, it gets one that says so.
    """

    question: Question
    is_solved: bool | None = None
    asks: list[Ask] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


@transaction.atomic
def bring_questions(
    *, questions: Sequence[RecordedQuestion], by: User, at: datetime
) -> tuple[list[Question], list[Ask], list[Answer]]:
    """Save questions with their asks and answers. Originals come before their duplicates, in an earlier call.

    A duplicate's original must be one that everybody who sees the duplicate may see.
    """
    for recorded in questions:
        _complete(recorded, by, at)
    made: list[Question] = bulk_create_with_history(
        [recorded.question for recorded in questions],
        Question,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    asks = bring_asks(asks=[ask for recorded in questions for ask in recorded.asks])
    answers = [answer for recorded in questions for answer in recorded.answers]
    return made, asks, _create_answers(answers, by, at)


def _complete(recorded: RecordedQuestion, by: User, at: datetime) -> None:
    question, answers = recorded.question, recorded.answers
    is_duplicate = question.duplicate_of is not None
    is_answered = recorded.is_solved if not question.status else question.status == Question.Status.ANSWERED
    if is_answered and not answers and not is_duplicate:
        answers.append(Answer(body=SOLVED, answered_by=by))
    for answer in answers:
        answer.question = question
    for ask in recorded.asks:
        ask.question = question
    if is_duplicate:
        question.status = Question.Status.DUPLICATE
    elif not question.status:
        question.status = Question.Status.OPEN
        if answers:
            is_unsolved = recorded.is_solved is False
            question.status = Question.Status.FOLLOW_UP if is_unsolved else Question.Status.ANSWERED
    if question.first_answered_at is None:
        question.keep_first_answer([answer.answered_at for answer in answers])
    # The constraints of `Question`: published questions are answered and open to the course.
    if is_duplicate or not question.has_answer or question.visibility != Question.Visibility.COURSE:
        question.published_at = question.published_by = None
    question.search_text = search_text(question.title, question.detail, [answer.body for answer in answers])
    question.changed_at, question.changed_by = at, by


def _create_answers(answers: list[Answer], by: User, at: datetime) -> list[Answer]:
    for answer in answers:
        answer.changed_at, answer.changed_by = at, by
    made: list[Answer] = bulk_create_with_history(
        answers, Answer, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made


def bring_asks(*, asks: Sequence[Ask]) -> list[Ask]:
    return Ask.objects.bulk_create(asks, batch_size=_BATCH)


def lock_questions(ids: Collection[int]) -> None:
    """Lock them until the end of the transaction, before enrolments are."""
    rows = Question.objects.select_for_update(of=("self",), no_key=True)
    for batch in batched(sorted(ids), _IN_A_QUERY):
        list(rows.filter(pk__in=batch).order_by("pk").values_list("pk"))


@transaction.atomic
def bring_answers(
    *, answers: Sequence[Answer], solved: Collection[int] = (), by: User, at: datetime
) -> tuple[list[Answer], list[tuple[Question, dict[str, object]]]]:
    """Add answers to existing questions and mark these as answered; return the answers and the changed questions.

    Each changed question comes with its field values from before.

    Args:
        solved: ids of solved questions, also of those for follow-up; without an answer they get one that says so.
    """
    questions: dict[int, Question] = {}
    solved = set(solved)
    ids = {answer.question_id for answer in answers}
    for batch in batched(sorted(ids | solved), _IN_A_QUERY):
        rows = (
            Question.objects.select_for_update(of=("self",), no_key=True)
            .prefetch_related("answers")
            .filter(pk__in=batch)
        )
        questions |= {question.pk: question for question in rows}
    waiting = [pk for pk, question in questions.items() if pk in solved and question.is_open]
    bare = [pk for pk in waiting if pk not in ids and not questions[pk].answers.all()]
    said = [Answer(question_id=pk, body=SOLVED, answered_by=by) for pk in bare]
    made = _create_answers([*answers, *said], by, at)
    new: dict[int, list[Answer]] = defaultdict(list)
    for answer in made:
        new[answer.question_id].append(answer)
    changed = [
        (question, before)
        for question in questions.values()
        if (before := _answered(question, new[question.pk], by, at, is_solved=question.pk in solved))
    ]
    bulk_update_with_history(
        [question for question, _ in changed],
        Question,
        _ANSWERED,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return made, changed


def _answered(
    question: Question, new: Sequence[Answer], by: User, at: datetime, *, is_solved: bool
) -> dict[str, object]:
    """Mark the question as answered; return its field values from before, or {} if nothing changed."""
    before = {name: getattr(question, name) for name in _ANSWERED}
    if question.status == Question.Status.OPEN or (is_solved and question.is_open):
        question.status = Question.Status.ANSWERED
    elif not new:
        return {}
    if new:
        question.keep_first_answer([answer.answered_at for answer in (*question.answers.all(), *new)])
    bodies = [answer.body for answer in (*question.answers.all(), *new)]
    question.search_text = search_text(question.title, question.detail, bodies)
    question.touch(by=by, at=at)
    return before
