"""Close open questions with their cohort, since nobody can answer them any more."""

from collections.abc import Mapping
from datetime import datetime
from itertools import batched

from django.db import transaction
from simple_history.utils import bulk_update_with_history

from courses.models import Cohort
from people.models import User
from questions.actions.keeping import closed_as
from questions.models import Question

_BATCH = 500
_IN_A_QUERY = 1_000
_FIELDS = ["status", "version", "changed_at", "changed_by"]


@transaction.atomic
def close_questions(*, cohort: Cohort, by: User, at: datetime, reason: str) -> dict[int, str]:
    """Close the open questions; those that needed follow-up and have an answer are answered.

    Returns:
        The status that each had, by its id.
    """
    rows = Question.objects.open().filter(cohort=cohort).select_for_update(of=("self",), no_key=True)
    questions = list(rows.order_by("pk"))
    before = {question.pk: str(question.status) for question in questions}
    for question in questions:
        question.status = closed_as(question)
        question.touch(by=by, at=at)
    _save(questions, by, at, reason)
    return before


@transaction.atomic
def open_questions_again(*, before: Mapping[int, str], by: User, at: datetime) -> int:
    """Give questions the status that they had before they were closed, unless it was changed since."""
    rows = Question.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    found = [
        question for batch in batched(sorted(before), _IN_A_QUERY) for question in rows.filter(pk__in=batch)
    ]
    questions = [question for question in found if question.status == closed_as(question)]
    for question in questions:
        question.status = Question.Status(before[question.pk])
        question.touch(by=by, at=at)
    _save(questions, by, at, "reopened")
    return len(questions)


def _save(questions: list[Question], by: User, at: datetime, reason: str) -> None:
    bulk_update_with_history(
        questions, Question, _FIELDS, batch_size=_BATCH, default_user=by, default_date=at,
        default_change_reason=reason[:100],
    )  # fmt: skip
