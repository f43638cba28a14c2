"""Import questions, asks and answers that were recorded elsewhere."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from groups.models import Enrolment, Group
from lib.weeks import monday_of
from people.models import User
from questions.models import Answer, Ask, Question
from questions.search import search_text

_WAITING = (Question.Status.OPEN, Question.Status.FOLLOW_UP)
_BATCH = 500
_IN_A_QUERY = 2_000
SOLVED = "Solved. The answer was not written down."


@dataclass(frozen=True, slots=True)
class RecordedAsk:
    """An ask in a group; without an enrolment, by somebody of the group.

    `week_starts_on` defaults to the week of `asked_at`.
    """

    group: Group
    asked_at: datetime
    enrolment: Enrolment | None = None
    logged_by: User | None = None
    week_starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer; `question_id` is set for existing questions. `answered_at` defaults to the time of the import."""

    body: str
    answerer: User | None = None
    answered_at: datetime | None = None
    question_id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedQuestion:
    """A recorded question with its asks and answers; `asker` is None if unknown.

    Without a `status`, it follows from the answers. A question that `is_solved` without an answer gets one that says
    so. `duplicate_of_id` must be an original that everybody who sees the duplicate may see.
    """

    group: Group
    title: str
    asked_at: datetime
    detail: str = ""
    asker: User | None = None
    milestone_id: int | None = None
    material_id: int | None = None
    category: str = ""
    visibility: str = Question.Visibility.GROUP
    is_asker_hidden: bool = False
    status: str = ""
    is_solved: bool | None = None
    first_answered_at: datetime | None = None
    published_at: datetime | None = None
    published_by: User | None = None
    duplicate_of_id: int | None = None
    asks: Sequence[RecordedAsk] = ()
    answers: Sequence[RecordedAnswer] = field(default_factory=tuple)


@transaction.atomic
def bring_questions(
    *, questions: Sequence[RecordedQuestion], by: User, at: datetime
) -> tuple[list[Question], list[Ask], list[Answer]]:
    answers = [_answers(recorded) for recorded in questions]
    rows = [_question(recorded, own, by, at) for recorded, own in zip(questions, answers, strict=True)]
    made: list[Question] = bulk_create_with_history(
        rows, Question, batch_size=_BATCH, default_user=by, default_date=at
    )
    asks = Ask.objects.bulk_create(
        (
            _ask(ask, row.pk, by)
            for recorded, row in zip(questions, made, strict=True)
            for ask in recorded.asks
        ),
        batch_size=_BATCH,
    )
    brought = _create_answers(
        [
            _answer(answer, row.pk, recorded.asked_at, by, at)
            for recorded, own, row in zip(questions, answers, made, strict=True)
            for answer in own
        ],
        by,
        at,
    )
    return made, asks, brought


def _answers(recorded: RecordedQuestion) -> list[RecordedAnswer]:
    is_answered = recorded.is_solved if not recorded.status else recorded.status == Question.Status.ANSWERED
    if recorded.duplicate_of_id is not None:
        is_answered = False
    return list(recorded.answers) or ([RecordedAnswer(SOLVED)] if is_answered else [])


def _ask(recorded: RecordedAsk, question_id: int, by: User) -> Ask:
    return Ask(
        question_id=question_id,
        group=recorded.group,
        enrolment=recorded.enrolment,
        asked_at=recorded.asked_at,
        week_starts_on=recorded.week_starts_on or monday_of(recorded.group.cohort.today(recorded.asked_at)),
        logged_by=recorded.logged_by or by,
    )


def _answer(
    recorded: RecordedAnswer, question_id: int, otherwise: datetime, by: User, at: datetime
) -> Answer:
    return Answer(
        question_id=question_id,
        body=recorded.body,
        answered_by=recorded.answerer or by,
        answered_at=recorded.answered_at or otherwise,
        changed_at=at,
        changed_by=by,
    )


def _create_answers(answers: list[Answer], by: User, at: datetime) -> list[Answer]:
    made: list[Answer] = bulk_create_with_history(
        answers, Answer, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made


def _question(
    recorded: RecordedQuestion, answers: Sequence[RecordedAnswer], by: User, at: datetime
) -> Question:
    status = recorded.status or Question.Status.OPEN
    if answers and not recorded.status:
        status = Question.Status.FOLLOW_UP if recorded.is_solved is False else Question.Status.ANSWERED
    if recorded.duplicate_of_id is not None:
        status = Question.Status.DUPLICATE
    first = min((answer.answered_at or recorded.asked_at for answer in answers), default=None)
    first_answered_at = recorded.first_answered_at or first
    # The constraints of `Question`: published questions are answered and open to the course.
    is_published = (
        recorded.published_at is not None
        and first_answered_at is not None
        and recorded.visibility == Question.Visibility.COURSE
        and recorded.duplicate_of_id is None
    )
    return Question(
        cohort_id=recorded.group.cohort_id,
        group=recorded.group,
        asked_by=recorded.asker or by,
        asked_at=recorded.asked_at,
        is_asker_hidden=recorded.is_asker_hidden,
        milestone_id=recorded.milestone_id,
        material_id=recorded.material_id,
        title=recorded.title,
        detail=recorded.detail,
        category=recorded.category,
        visibility=recorded.visibility,
        status=status,
        duplicate_of_id=recorded.duplicate_of_id,
        first_answered_at=first_answered_at,
        published_at=recorded.published_at if is_published else None,
        published_by=(recorded.published_by or by) if is_published else None,
        search_text=search_text(recorded.title, recorded.detail, [answer.body for answer in answers]),
        changed_at=at,
        changed_by=by,
    )


@transaction.atomic
def bring_asks(*, asks: Sequence[tuple[int, RecordedAsk]], by: User) -> list[Ask]:
    return Ask.objects.bulk_create((_ask(ask, pk, by) for pk, ask in asks), batch_size=_BATCH)


@transaction.atomic
def bring_answers(
    *, answers: Sequence[RecordedAnswer], solved: Collection[int] = (), by: User, at: datetime
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
            Question.objects.select_for_update(of=("self",)).prefetch_related("answers").filter(pk__in=batch)
        )
        questions |= {question.pk: question for question in rows}
    waiting = [pk for pk, question in questions.items() if pk in solved and question.status in _WAITING]
    bare = [pk for pk in waiting if pk not in ids and not questions[pk].answers.all()]
    brought = [*answers, *(RecordedAnswer(SOLVED, question_id=pk) for pk in bare)]
    made = _create_answers(
        [_answer(recorded, recorded.question_id, at, by, at) for recorded in brought], by, at
    )
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
        ["status", "first_answered_at", "search_text", "version", "changed_at", "changed_by"],
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return made, changed


def _answered(
    question: Question, new: Sequence[Answer], by: User, at: datetime, *, is_solved: bool
) -> dict[str, object]:
    """Mark the question as answered; return its field values from before, or {} if nothing changed."""
    names = ("status", "first_answered_at", "search_text", "version", "changed_at", "changed_by")
    before = {name: getattr(question, name) for name in names}
    if question.status == Question.Status.OPEN or (is_solved and question.status in _WAITING):
        question.status = Question.Status.ANSWERED
    elif not new:
        return {}
    if new:
        question.first_answered_at = question.first_answered_at or min(answer.answered_at for answer in new)
    bodies = [answer.body for answer in (*question.answers.all(), *new)]
    question.search_text = search_text(question.title, question.detail, bodies)
    question.touch(by=by, at=at)
    return before
