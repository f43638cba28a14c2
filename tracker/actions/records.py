"""Bring in what was recorded elsewhere, whole lists at once, in batches: states of progress, questions, answers.

By the rules of `progress` and `questions`, but for one: a cohort that is closed takes a record of its past.
Each function returns what it made and changed, so that the caller can take it back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from groups.models import Enrolment, Group
from lib.weeks import monday_of
from people.models import User
from tracker.actions.progress import ProgressError
from tracker.models import Answer, Ask, Progress, Question
from tracker.search import search_text

_BATCH = 500
_IN_A_QUERY = 2_000
_MARKED = ("state", "state_since", "started_on", "finished_on", "changed_at", "changed_by")
SOLVED = "Solved. The answer was not written down."


@transaction.atomic
def mark_many(
    *,
    states: Mapping[tuple[int, int], str],
    enrolments: Mapping[int, Enrolment],
    milestones: set[int],
    by: User,
    at: datetime,
) -> tuple[list[Progress], list[tuple[Progress, dict[str, object]]]]:
    """Set states by enrolment and milestone (their ids); return the rows made, and those changed with what they were.

    Args:
        milestones: the ids of those of the course.

    Raises:
        ProgressError: a milestone is of another course.
    """
    if not {milestone_id for _, milestone_id in states} <= milestones:
        raise ProgressError("A milestone of another course cannot be marked.")
    there = {}
    for batch in batched({enrolment_id for enrolment_id, _ in states}, _IN_A_QUERY):
        for progress in Progress.objects.select_for_update().filter(enrolment__in=batch):
            there[progress.enrolment_id, progress.milestone_id] = progress
    changed = []
    for key, state in states.items():
        if key in there and there[key].state != state:
            progress = there[key]
            before = {name: getattr(progress, name) for name in _MARKED}
            progress.enter(state, enrolments[key[0]].cohort.today(at))
            progress.state_since = at
            progress.changed_at, progress.changed_by = at, by
            changed.append((progress, before))
    bulk_update_with_history(
        [progress for progress, _ in changed],
        Progress,
        _MARKED,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    rows = [
        Progress(
            enrolment=enrolments[key[0]], milestone_id=key[1], state_since=at, changed_at=at, changed_by=by
        )
        for key in states
        if key not in there
    ]
    for progress in rows:
        progress.enter(
            states[progress.enrolment_id, progress.milestone_id], progress.enrolment.cohort.today(at)
        )
    made: list[Progress] = bulk_create_with_history(
        rows, Progress, batch_size=_BATCH, default_user=by, default_date=at
    )
    return made, changed


@dataclass(frozen=True, slots=True)
class RecordedQuestion:
    """A question as it was recorded. `asker` and `enrolment` are None where it is not known which student asked.

    `answerer` is None where nobody answered. A question that `is_solved` without an answer gets one that says so.
    """

    group: Group
    title: str
    asked_at: datetime
    detail: str = ""
    milestone_id: int | None = None
    enrolment: Enrolment | None = None
    answer: str = ""
    answerer: User | None = None
    is_solved: bool | None = None


@transaction.atomic
def bring_questions(
    *, questions: Sequence[RecordedQuestion], by: User, at: datetime
) -> tuple[list[Question], list[Ask], list[Answer]]:
    """Make questions with their first ask and their answer. Only the group could read them, and so it stays."""
    rows = [_question(one, by, at) for one in questions]
    made: list[Question] = bulk_create_with_history(
        rows, Question, batch_size=_BATCH, default_user=by, default_date=at
    )
    pairs = list(zip(questions, made, strict=True))
    asks = Ask.objects.bulk_create(
        (
            Ask(
                question=row,
                group=one.group,
                enrolment=one.enrolment,
                asked_at=one.asked_at,
                week_starts_on=monday_of(one.group.cohort.today(one.asked_at)),
                logged_by=by,
            )
            for one, row in pairs
        ),
        batch_size=_BATCH,
    )
    answers: list[Answer] = bulk_create_with_history(
        [
            Answer(
                question=row,
                body=body,
                answered_by=one.answerer or by,
                answered_at=one.asked_at,
                changed_at=at,
                changed_by=by,
            )
            for one, row in pairs
            if (body := _answer(one))
        ],
        Answer,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    return made, asks, answers


def _answer(one: RecordedQuestion) -> str:
    return one.answer or (SOLVED if one.is_solved else "")


def _question(one: RecordedQuestion, by: User, at: datetime) -> Question:
    answer = _answer(one)
    status = Question.Status.OPEN
    if answer:
        status = Question.Status.FOLLOW_UP if one.is_solved is False else Question.Status.ANSWERED
    return Question(
        cohort_id=one.group.cohort_id,
        group=one.group,
        asked_by=one.enrolment.person if one.enrolment else by,
        asked_at=one.asked_at,
        milestone_id=one.milestone_id,
        title=one.title,
        detail=one.detail,
        visibility=Question.Visibility.GROUP,
        status=status,
        first_answered_at=one.asked_at if answer else None,
        search_text=search_text(one.title, one.detail, [answer] if answer else ()),
        changed_at=at,
        changed_by=by,
    )


@dataclass(frozen=True, slots=True)
class RecordedAnswer:
    """An answer to a question that is there already; `answered_at` None: at the moment it is brought in."""

    question_id: int
    body: str
    answerer: User | None
    answered_at: datetime | None


@transaction.atomic
def bring_answers(
    *, answers: Sequence[RecordedAnswer], by: User, at: datetime
) -> tuple[list[Answer], list[tuple[Question, dict[str, object]]]]:
    """Add answers to questions, which are answered by it unless they were; return them, and the questions changed."""
    questions: dict[int, Question] = {}
    for batch in batched({one.question_id for one in answers}, _IN_A_QUERY):
        rows = (
            Question.objects.select_for_update(of=("self",)).prefetch_related("answers").filter(pk__in=batch)
        )
        questions |= {question.pk: question for question in rows}
    made: list[Answer] = bulk_create_with_history(
        [
            Answer(
                question=questions[one.question_id],
                body=one.body,
                answered_by=one.answerer or by,
                answered_at=one.answered_at or at,
                changed_at=at,
                changed_by=by,
            )
            for one in answers
        ],
        Answer,
        batch_size=_BATCH,
        default_user=by,
        default_date=at,
    )
    changed = [
        (question, before)
        for question in questions.values()
        if (before := _answered(question, [one for one in made if one.question_id == question.pk], by, at))
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


def _answered(question: Question, new: Sequence[Answer], by: User, at: datetime) -> dict[str, object]:
    names = ("status", "first_answered_at", "search_text", "version", "changed_at", "changed_by")
    before = {name: getattr(question, name) for name in names}
    if question.status == Question.Status.OPEN:
        question.status = Question.Status.ANSWERED
    question.first_answered_at = question.first_answered_at or min(one.answered_at for one in new)
    bodies = [answer.body for answer in (*question.answers.all(), *new)]
    question.search_text = search_text(question.title, question.detail, bodies)
    question.touch(by=by, at=at)
    return before
