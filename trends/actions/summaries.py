"""Store what is counted for the trends of large courses, so that their pages need not count it.

Everything of a cohort is counted again each time, since merges and topics change the past. Only differences are
written, so that other writers wait for a moment only.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import batched

from django.db import models, transaction
from django.db.models import Count

from courses.models import Cohort, Course
from questions.models import Ask
from tracker.models import Progress
from trends.models import AskSummary, CourseSummary, StudentSummary
from trends.models.summary import live_asks, live_stays

# The most asks of a course that are counted live.
MOST_LIVE = 20_000
# How often the summaries of a course are counted.
EVERY = timedelta(minutes=10)

_AT_ONCE = 1_000
# The columns of a row, without its cohort, and the column with its number.
_COLUMNS: dict[type[models.Model], tuple[tuple[str, ...], str]] = {
    AskSummary: (("week_starts_on", "milestone_id", "material_id", "category", "topic_id"), "asks"),
    StudentSummary: (("milestone_id", "first_week", "last_week"), "students"),
}


def sum_up_large_courses(at: datetime) -> None:
    """Count the courses that are too large to be counted live, each at most every ten minutes."""
    for course in Course.objects.order_by("pk"):
        summary = CourseSummary.objects.filter(course=course)
        if summary.exists():
            # Of several processes, the one that sets the time counts.
            is_due = summary.filter(begun_at__lte=at - EVERY).update(begun_at=at) == 1
        else:
            asks = Ask.objects.filter(group__cohort__course=course)
            is_due = asks[MOST_LIVE : MOST_LIVE + 1].exists()
        if is_due:
            sum_up(course, at)


def sum_up(course: Course, at: datetime) -> None:
    """Count a course and store the counts. From then on its trends are read from them."""
    CourseSummary.objects.update_or_create(course=course, defaults={"begun_at": at})
    for cohort in course.cohorts.order_by("pk"):
        for model in _COLUMNS:
            missing, outdated = differences(model, cohort)
            with transaction.atomic():
                for ids in batched(outdated, _AT_ONCE):
                    model._default_manager.filter(pk__in=ids).delete()
                model._default_manager.bulk_create(missing, batch_size=_AT_ONCE)
    CourseSummary.objects.filter(course=course).update(counted_at=at)


def count_differences(course: Course) -> int:
    pairs = (differences(model, cohort) for cohort in course.cohorts.order_by("pk") for model in _COLUMNS)
    return sum(max(len(missing), len(outdated)) for missing, outdated in pairs)


def differences[Summary: models.Model](
    model: type[Summary], cohort: Cohort
) -> tuple[list[Summary], list[int]]:
    """Count a cohort live. Return the rows that its summary lacks, and the ids of those that are wrong. Two queries."""
    columns, number = _COLUMNS[model]
    missing = dict(_asks(cohort) if model is AskSummary else _students(cohort))
    outdated = []
    stored = model._default_manager.filter(cohort=cohort).values_list("pk", number, *columns)
    for pk, count, *row in stored:
        if missing.get(tuple(row)) == count:
            del missing[tuple(row)]
        else:
            outdated.append(pk)
    return [
        model(cohort=cohort, **dict(zip(columns, row, strict=True)), **{number: count})
        for row, count in missing.items()
    ], outdated


def _asks(cohort: Cohort) -> Mapping[tuple[object, ...], int]:
    asks = live_asks(Ask.objects.filter(group__cohort=cohort))
    cells = asks.values_list("week_starts_on", "milestone", "material", "category", "topic")
    counted: Counter[tuple[object, ...]] = Counter()
    for *cell, topic, count in cells.annotate(count=Count("*")):
        counted[*cell, None] += count
        if topic:
            counted[*cell, topic] = count
    return counted


def _students(cohort: Cohort) -> Mapping[tuple[object, ...], int]:
    progress = Progress.objects.filter(enrolment__cohort=cohort, state__in=Progress.BEGUN)
    return {tuple(stay): count for (_, *stay), count in live_stays(progress).items()}
