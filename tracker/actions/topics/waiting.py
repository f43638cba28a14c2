"""Which questions of a course wait to be placed among its topics."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import Coalesce

from courses.models import Course
from tracker.models import NotTheSame, Question
from tracker.models.question import QuestionQuerySet


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many questions wait, and since when the first of them does: up to then the topics are up to date."""

    count: int
    since: datetime | None


def waiting_questions(course: Course) -> QuestionQuerySet:
    """Return the questions that no refresh looked at since they were asked, edited, or said to be another's none.

    Duplicates never wait: they stand with the question that they point at. What an admin placed by hand stays.
    """
    said = NotTheSame.objects.filter(other=OuterRef("pk"), said_at__gt=OuterRef("placement__placed_at"))
    is_outdated = Q(placement__is_by_hand=False) & (
        Q(changed_at__gt=F("placement__placed_at")) | (Q(placement__topic__isnull=False) & Exists(said))
    )
    return Question.objects.originals().filter(Q(placement__isnull=True) | is_outdated, cohort__course=course)


def waiting(course: Course) -> Waiting:
    """Count them. One query."""
    moment = Coalesce("changed_at", "asked_at")
    found = waiting_questions(course).aggregate(count=Count("pk"), since=Min(moment))
    return Waiting(found["count"], found["since"])
