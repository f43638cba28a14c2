"""Answer, and settle what a question waits for: a question is answered only while it has an answer."""

from datetime import datetime

from django.db import transaction

from groups.actions.activity import note_activity
from people.models import User
from questions.actions.keeping import QuestionError, delete, index, locked, save
from questions.actions.telling import mail_answer
from questions.models import Answer, Question


@transaction.atomic
def answer(
    *,
    question: Question,
    by: User,
    at: datetime,
    body: str,
    enrolment_id: int | None = None,
    is_told: bool = True,
) -> Answer:
    """Answer a question, which is answered with it. A student who answers gives the enrolment in which they do.

    Those who asked are told of the first answer by mail, unless it was given long ago and is only brought in now.

    Raises:
        QuestionError: no words; the question is a duplicate, whose original is the place for answers.
    """
    question = locked(question)
    if not body.strip():
        raise QuestionError("Write an answer first.")
    if question.duplicate_of_id is not None:
        raise QuestionError(f"“{question}” is a duplicate. Answer “{question.duplicate_of}” instead.")
    given = Answer(question=question, body=body.strip(), answered_by=by, answered_at=at)
    save(given, by=by, at=at)
    if is_told and question.first_answered_at is None:
        mail_answer(answer=given, at=at)
    question.status = Question.Status.ANSWERED
    _keep_first_answer(question)
    index(question)
    save(question, by=by, at=at)
    if enrolment_id is not None:
        note_activity(enrolment_id=enrolment_id, at=at)
    return given


@transaction.atomic
def change_answer(*, answer: Answer, by: User, at: datetime) -> Answer:
    """Save what a form changed in an answer, counting a new version."""
    question = locked(answer.question)
    answer.touch(by=by, at=at)
    save(answer, by=by, at=at)
    index(question)
    # Of the question nothing changed that its history keeps.
    Question.objects.filter(pk=question.pk).update(search_text=question.search_text)
    return answer


@transaction.atomic
def remove_answer(*, answer: Answer, by: User, at: datetime) -> Question:
    """Take an answer away; without its last one a question that was answered is open again. `restore_answer` undoes."""
    question = locked(answer.question)
    delete(answer, by=by, at=at)
    return _after_answers_changed(question, by=by, at=at)


@transaction.atomic
def restore_answer(*, question: Question, answer_id: int, by: User, at: datetime) -> Answer:
    """Bring an answer back that was taken away, as it was, and as answered as the question was with it.

    Raises:
        QuestionError: it was not taken away.
    """
    question = locked(question)
    gone = (
        Answer.history.filter(id=answer_id, question=question.pk)
        .order_by("-history_date", "-history_id")
        .first()
    )
    if gone is None or gone.history_type != "-":
        raise QuestionError("That answer was not taken away.")
    back: Answer = gone.instance
    save(back, by=by, at=at)
    if question.status == Question.Status.OPEN and question.first_answered_at is None:
        question.status = Question.Status.ANSWERED
    _after_answers_changed(question, by=by, at=at)
    return back


def _after_answers_changed(question: Question, *, by: User, at: datetime) -> Question:
    _keep_first_answer(question)
    if question.first_answered_at is None and question.status == Question.Status.ANSWERED:
        question.status = Question.Status.OPEN
    index(question)
    save(question, by=by, at=at)
    return question


def _keep_first_answer(question: Question) -> None:
    first = question.answers.order_by("answered_at", "pk").first()
    question.first_answered_at = first.answered_at if first else None


@transaction.atomic
def settle(*, question: Question, by: User, at: datetime) -> Question:
    """Say that the answers there are do.

    Raises:
        QuestionError: there is none; the question is a duplicate.
    """
    question = _own_status(question)
    if not question.answers.exists():
        raise QuestionError("A question is answered when it has an answer. Write one first.")
    return _with_status(question, Question.Status.ANSWERED, by=by, at=at)


@transaction.atomic
def reopen(*, question: Question, by: User, at: datetime) -> Question:
    """Say that the question still waits for an answer.

    Raises:
        QuestionError: the question is a duplicate.
    """
    return _with_status(_own_status(question), Question.Status.OPEN, by=by, at=at)


@transaction.atomic
def mark_follow_up(*, question: Question, by: User, at: datetime) -> Question:
    """Say that somebody has to come back to the question.

    Raises:
        QuestionError: the question is a duplicate.
    """
    return _with_status(_own_status(question), Question.Status.FOLLOW_UP, by=by, at=at)


def _own_status(question: Question) -> Question:
    question = locked(question)
    if question.duplicate_of_id is not None:
        raise QuestionError(f"“{question}” is a duplicate. Its status is that of “{question.duplicate_of}”.")
    return question


def _with_status(question: Question, status: Question.Status, *, by: User, at: datetime) -> Question:
    if question.status != status:
        question.status = status
        save(question, by=by, at=at)
    return question
