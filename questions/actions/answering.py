"""Answer questions and change their status. A question is answered only while it has an answer."""

from datetime import datetime

from django.db import transaction

from groups.actions.activity import note_activity
from lib.refusals import Refused
from people.actions.limits import ANSWERS, MAILS, spend
from people.models import User
from people.outbox import tell
from questions.actions.keeping import check_open, closed_as, delete, index, locked, save
from questions.actions.pictures import keep_pictures
from questions.models import Answer, Question
from questions.models.question import asks_of


@transaction.atomic
def answer(
    *,
    question: Question,
    by: User,
    at: datetime,
    body: str,
    enrolment_id: int | None = None,
) -> Answer:
    """Add an answer and mark the question as answered. Those who asked are told the first answer.

    Args:
        enrolment_id: the enrolment of a student who answers; this counts as their activity.

    Raises:
        Refused: the body is empty; the cohort is closed; the question is a duplicate; too many answers, or mails
            that they caused, within an hour.
    """
    question = locked(question)
    check_open(question.cohort, at)
    if not body.strip():
        raise Refused("Write an answer first.")
    if question.duplicate_of_id is not None:
        raise Refused(f"“{question}” is a duplicate. Answer “{question.duplicate_of}” instead.")
    spend(ANSWERS, by=by, at=at)
    # Removing an answer and posting a new one sends no second mail.
    is_news = not question.has_answer and not _was_answered(question, by)
    new = Answer(question=question, body=body.strip(), answered_by=by, answered_at=at)
    save(new, by=by, at=at)
    keep_pictures(question, by=by, at=at)
    if is_news:
        spend(MAILS, by=by, at=at, number=asks_of([question.pk]).count())
        tell("question_answered", by=by, at=at, answer=new.pk)
    question.status = Question.Status.ANSWERED
    _keep_first_answer(question)
    index(question)
    save(question, by=by, at=at)
    if enrolment_id is not None:
        note_activity(enrolment_id=enrolment_id, at=at)
    return new


def _was_answered(question: Question, by: User) -> bool:
    answered: bool = Answer.history.filter(question=question.pk, answered_by=by).exists()
    return answered


@transaction.atomic
def change_answer(*, answer: Answer, by: User, at: datetime) -> Answer:
    question = locked(answer.question)
    answer.touch(by=by, at=at)
    save(answer, by=by, at=at)
    keep_pictures(question, by=by, at=at)
    index(question)
    # Nothing changed that the history of the question keeps.
    Question.objects.filter(pk=question.pk).update(search_text=question.search_text)
    return answer


@transaction.atomic
def remove_answer(*, answer: Answer, by: User, at: datetime) -> Question:
    """Remove an answer; without any, an answered question is open again. `restore_answer` undoes this."""
    question = locked(answer.question)
    delete(answer, by=by, at=at)
    return _after_answers_changed(question, by=by, at=at)


@transaction.atomic
def restore_answer(*, question: Question, answer_id: int, by: User, at: datetime) -> Answer:
    """Restore a removed answer; a question that was opened by removing it is answered again.

    Raises:
        Refused: the answer was not removed.
    """
    question = locked(question)
    removed = (
        Answer.history.filter(id=answer_id, question=question.pk)
        .order_by("-history_date", "-history_id")
        .first()
    )
    if removed is None or removed.history_type != "-":
        raise Refused("That answer was not removed.")
    answer: Answer = removed.instance
    # A course admin who publishes it in the meantime has not seen it: it counts as changed now.
    answer.touch(by=by, at=at)
    save(answer, by=by, at=at)
    if question.status == Question.Status.OPEN and not question.has_answer:
        question.status = Question.Status.ANSWERED
    _after_answers_changed(question, by=by, at=at)
    return answer


def _after_answers_changed(question: Question, *, by: User, at: datetime) -> Question:
    _keep_first_answer(question)
    if not question.has_answer and question.status == Question.Status.ANSWERED:
        question.status = Question.Status.OPEN
    keep_pictures(question, by=by, at=at)
    index(question)
    save(question, by=by, at=at)
    return question


def _keep_first_answer(question: Question) -> None:
    question.keep_first_answer(question.answers.values_list("answered_at", flat=True))


@transaction.atomic
def change_status(*, question: Question, status: str, by: User, at: datetime) -> Question:
    """Mark the question as open, as answered, or for follow-up; or close it: with an answer it is answered.

    Raises:
        Refused: it is a duplicate; the cohort is closed; it has no answer, and is to be answered.
    """
    question = locked(question)
    check_open(question.cohort, at)
    if question.duplicate_of_id is not None:
        raise Refused(f"“{question}” is a duplicate and has the status of “{question.duplicate_of}”.")
    if status == Question.Status.CLOSED:
        status = closed_as(question)
    if status == Question.Status.ANSWERED and not question.answers.exists():
        raise Refused("Write an answer before marking the question as answered.")
    if question.status != status:
        question.status = status
        save(question, by=by, at=at)
    return question
