from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, Min, Q, When, prefetch_related_objects

from courses.models import Cohort
from questions.models import Ask, Question


def question_rows(cohort: Cohort, now: datetime) -> list[dict[str, Any]]:
    """The counts of each milestone, and of questions without one, most asked first.

    Duplicates are not counted as questions; their asks count for the original. `wait` is that of the oldest question
    without an answer, of which nothing was promised a second time.
    """
    prefetch_related_objects([cohort], "pauses")
    own = Question.objects.filter(cohort=cohort, duplicate_of=None)
    is_open = Q(status__in=[Question.Status.OPEN, Question.Status.FOLLOW_UP])
    rows = own.values("milestone_id", "milestone__title", "milestone__position").annotate(
        questions=Count("pk"),
        open=Count("pk", filter=is_open),
        oldest=Min("asked_at", filter=Q(status=Question.Status.OPEN, is_undated=False)),
    )
    original = Case(
        When(question__duplicate_of=None, then=F("question__milestone")),
        default=F("question__duplicate_of__milestone"),
    )
    asks = dict(
        Ask.objects.filter(question__cohort=cohort)
        .annotate(asked_about=original)
        .values("asked_about")
        .annotate(asks=Count("pk"))
        .values_list("asked_about", "asks")
    )
    counts = [
        {
            **row,
            "title": row["milestone__title"] or "No milestone",
            "asks": asks.get(row["milestone_id"], 0),
            "wait": cohort.wait(row["oldest"], now, days=cohort.course.question_days)
            if row["oldest"]
            else None,
        }
        for row in rows
    ]
    return sorted(counts, key=lambda row: (-row["asks"], -row["questions"], row["title"]))
