from datetime import UTC, datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    Exists,
    F,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least

from courses.models import Course
from questions.actions.keeping import PARTED
from questions.models import NotTheSame, Placement, Question
from questions.models.question import QuestionQuerySet

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


def waiting_questions(course: Course) -> QuestionQuerySet:
    """Return the questions not checked since they were asked, edited, first answered, or marked as not the same.

    Duplicates never wait: they count with their original. Questions placed by an admin stay where they are.
    """
    is_outdated = Q(placement__is_by_hand=False) & (
        Q(changed_at__gt=F("placement__placed_at"))
        | Q(first_answered_at__gt=F("placement__placed_at"))
        | (Q(placement__topic__isnull=False) & Exists(_said_since_placed()))
    )
    return Question.objects.originals().filter(
        Q(placement__isnull=True) | is_outdated, cohort__course=course, cohort__archived_at=None
    )


def count_waiting(course: Course) -> dict[str, Any]:
    """Return `count`, and `since`, when the first began to wait: topics are up to date until then. One query."""
    return waiting_questions(course).aggregate(count=Count("pk"), since=Min(_since()))


def _since() -> Case:
    parted = Question.history.filter(id=OuterRef("pk"), history_change_reason=PARTED)
    left = Placement.history.filter(question=OuterRef("pk"), history_type="-")
    moments = [
        Coalesce(Subquery(rows.order_by("-history_date").values("history_date")[:1]), "asked_at")
        for rows in (parted, left)
    ]
    first_said_at = Subquery(_said_since_placed().order_by("said_at").values("said_at")[:1])
    # Events after it was placed; earlier ones, and those that never were, count as the latest possible.
    since_placed = [
        Case(When(**{f"{name}__gt": F("placement__placed_at")}, then=F(name)), default=Value(_NEVER))
        for name in ("changed_at", "first_answered_at")
    ]
    return Case(
        When(placement__isnull=True, then=Greatest(Coalesce("changed_at", "asked_at"), *moments)),
        default=Least(Coalesce(first_said_at, Value(_NEVER)), *since_placed),
        output_field=DateTimeField(),
    )


def _said_since_placed() -> QuerySet[NotTheSame]:
    return NotTheSame.objects.filter(other=OuterRef("pk"), said_at__gt=OuterRef("placement__placed_at"))
