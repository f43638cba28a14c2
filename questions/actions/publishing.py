from datetime import datetime

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from people.models import User
from questions.actions.keeping import locked, save
from questions.models import Question
from questions.models.question import QuestionQuerySet


@transaction.atomic
def publish(*, questions: QuestionQuerySet, by: User, at: datetime) -> list[Question]:
    return _set_published(questions.publishable(), by, at, published_at=at, published_by=by)


@transaction.atomic
def unpublish(*, questions: QuestionQuerySet, by: User, at: datetime) -> list[Question]:
    return _set_published(questions.exclude(published_at=None), by, at, published_at=None, published_by=None)


@transaction.atomic
def publish_new_answers(*, question: Question, by: User, at: datetime) -> Question:
    """Show what students answered since a known question was published."""
    question = locked(question)
    if question.published_at is not None:
        question.published_at, question.published_by = at, by
        save(question, by=by, at=at)
    return question


def _set_published(
    questions: QuestionQuerySet,
    by: User,
    at: datetime,
    *,
    published_at: datetime | None,
    published_by: User | None,
) -> list[Question]:
    rows = list(questions.select_for_update(of=("self",), no_key=True).order_by("pk"))
    for question in rows:
        question.published_at, question.published_by = published_at, published_by
    bulk_update_with_history(
        rows, Question, ["published_at", "published_by"], batch_size=500, default_user=by, default_date=at
    )
    return rows
