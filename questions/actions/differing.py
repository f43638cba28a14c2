from datetime import datetime

from django.db import transaction

from lib.refusals import Refused
from people.models import User
from questions.models import NotTheSame, Question


@transaction.atomic
def mark_not_the_same(*, question: Question, other: Question, by: User, at: datetime) -> NotTheSame:
    """Remember that two questions differ, so that the pair is not offered again. A pair is stored once.

    Raises:
        Refused: both are the same question or of two courses, or they are merged.
    """
    if question.pk == other.pk:
        raise Refused("Choose a different question.")
    if question.cohort.course_id != other.cohort.course_id:
        raise Refused(f"“{other}” is a question of another course.")
    if question.pk == other.duplicate_of_id or other.pk == question.duplicate_of_id:
        raise Refused(f"“{question}” and “{other}” are merged. Undo the merge first.")
    smaller, larger = sorted((question.pk, other.pk))
    pair, _ = NotTheSame.objects.get_or_create(
        question_id=smaller, other_id=larger, defaults={"said_by": by, "said_at": at}
    )
    return pair


def undo_not_the_same(*, question: Question, other: Question) -> None:
    NotTheSame.objects.of(question.pk, other.pk).delete()
