"""Say of two questions that look alike that they ask different things, and take it back."""

from datetime import datetime

from django.db import transaction

from people.models import User
from questions.actions.keeping import QuestionError
from questions.models import NotTheSame, Placement, Question


@transaction.atomic
def mark_not_the_same(*, question: Question, other: Question, by: User, at: datetime) -> NotTheSame:
    """Remember that two questions ask different things, so that nobody is offered the pair again. Once a pair.

    Raises:
        QuestionError: both are the same question, or of two courses, or one is a duplicate of the other.
    """
    if question.pk == other.pk:
        raise QuestionError("A question is always the same as itself.")
    if question.cohort.course_id != other.cohort.course_id:
        raise QuestionError(f"“{other}” is a question of another course.")
    if question.pk == other.duplicate_of_id or other.pk == question.duplicate_of_id:
        raise QuestionError(f"“{question}” and “{other}” are merged. Part them first.")
    smaller, larger = sorted((question.pk, other.pk))
    said, _ = NotTheSame.objects.get_or_create(
        question_id=smaller, other_id=larger, defaults={"said_by": by, "said_at": at}
    )
    return said


@transaction.atomic
def undo_not_the_same(*, question: Question, other: Question, at: datetime) -> None:
    """Let two questions count as perhaps the same again; one that has stood in no topic since is looked at anew."""
    smaller, larger = sorted((question.pk, other.pk))
    said = NotTheSame.objects.filter(question=smaller, other=larger).first()
    if said is None:
        return
    said.delete()
    alone = Placement.objects.filter(
        question__in=(smaller, larger), topic=None, is_by_hand=False, placed_at__gte=said.said_at
    )
    for placement in alone.order_by("question"):
        placement._history_date = at  # type: ignore[attr-defined]
        placement._change_reason = "perhaps like another one again"  # type: ignore[attr-defined]
        placement.delete()
