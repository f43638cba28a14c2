from datetime import datetime

from django.db import transaction

from lib.refusals import Refused
from people.models import User
from questions.actions.keeping import locked, save
from questions.models import Question


@transaction.atomic
def publish(*, question: Question, by: User, at: datetime) -> Question:
    """Show a question to the next cohort, with all of its answers; also what students answered since it was published.

    Raises:
        Refused: it cannot be published yet, and what to do about that.
    """
    question = locked(question)
    if question.published_at is None and question.why_not_published:
        raise Refused(f"“{question}” cannot be published yet. {question.why_not_published}")
    question.published_at, question.published_by = at, by
    save(question, by=by, at=at)
    return question


@transaction.atomic
def undo_publish(*, question: Question, by: User, at: datetime) -> Question:
    question = locked(question)
    if question.published_at is not None:
        question.published_at = question.published_by = None
        save(question, by=by, at=at)
    return question
