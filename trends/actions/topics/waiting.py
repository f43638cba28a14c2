from django.db.models import Exists, F, OuterRef, Q

from courses.models import Course
from questions.models import NotTheSame, Question
from questions.models.question import QuestionQuerySet


def waiting_questions(course: Course) -> QuestionQuerySet:
    """Return the questions not checked since they were asked, edited, first answered, or marked as not the same.

    Those wait, too, whose likest question became a duplicate of another.

    Duplicates never wait: they count with their original. Questions placed by an admin stay where they are.
    """
    said_since = NotTheSame.objects.filter(other=OuterRef("pk"), said_at__gt=OuterRef("placement__placed_at"))
    is_outdated = Q(placement__is_by_hand=False) & (
        Q(changed_at__gt=F("placement__placed_at"))
        | Q(first_answered_at__gt=F("placement__placed_at"))
        | (Q(placement__topic__isnull=False) & Exists(said_since))
        | Q(placement__likest__duplicate_of__isnull=False)
    )
    return Question.objects.originals().filter(
        Q(placement__isnull=True) | is_outdated, cohort__course=course, cohort__archived_at=None
    )
