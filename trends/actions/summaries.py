"""Store what is counted for the trends of large courses, so that their pages need not count it.

Everything of a cohort is counted again each time, since merges and topics change the past. Only differences are
written, so that other writers wait for a moment only.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from itertools import batched

from django.db import models, transaction
from django.db.models import Count, Sum

from courses.models import Cohort, Course
from questions.models import Ask, Placement, Question
from tracker.models import Progress
from trends.models import AskSummary, CourseSummary, QuestionSummary, StudentSummary, TopicSummary
from trends.models.summary import live_asks, live_stays

# The most asks of a course that are counted live.
MOST_LIVE = 20_000
# How often the summaries of a course are counted.
EVERY = timedelta(minutes=10)

_AT_ONCE = 1_000
# The columns of a row, without its cohort, and the column with its number.
_COLUMNS: dict[type[models.Model], tuple[tuple[str, ...], str]] = {
    AskSummary: (("week_starts_on", "milestone_id", "material_id", "category", "topic_id"), "asks"),
    # After the asks, of which it is made.
    TopicSummary: (("topic_id",), "asks"),
    QuestionSummary: (
        (
            "milestone_id",
            "material_id",
            "category",
            "answered_within",
            "is_answer_undated",
            "is_undated",
        ),
        "questions",
    ),
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
    """Count a cohort live. Return the rows that its summary lacks, and the ids of those that are wrong."""
    columns, number = _COLUMNS[model]
    missing = dict(_LIVE[model](cohort))
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
    listed = _listed_topics(cohort)
    for *cell, topic, count in cells.annotate(count=Count("*")):
        counted[*cell, None] += count
        if topic in listed:
            counted[*cell, topic] = count
    return counted


def _listed_topics(cohort: Cohort) -> set[int]:
    """The topics of two questions at least. It ignores that duplicates leave a topic only within a minute."""
    placed = Placement.objects.filter(topic__course=cohort.course_id).order_by().values("topic")
    several = placed.annotate(placed=Count("*")).filter(placed__gte=2)
    return set(several.values_list("topic", flat=True))


def _topics(cohort: Cohort) -> Mapping[tuple[object, ...], int]:
    asks = AskSummary.objects.filter(cohort=cohort, topic__isnull=False).order_by()
    return {(topic,): count for topic, count in asks.values_list("topic").annotate(Sum("asks"))}


def _questions(cohort: Cohort) -> Mapping[tuple[object, ...], int]:
    columns, _ = _COLUMNS[QuestionSummary]
    questions = Question.objects.originals().filter(cohort=cohort).order_by().values_list(*columns)
    return {tuple(row): count for *row, count in questions.annotate(count=Count("*"))}


def _students(cohort: Cohort) -> Mapping[tuple[object, ...], int]:
    progress = Progress.objects.filter(enrolment__cohort=cohort, state__in=Progress.BEGUN)
    return {tuple(stay): count for (_, *stay), count in live_stays(progress).items()}


_LIVE: dict[type[models.Model], Callable[[Cohort], Mapping[tuple[object, ...], int]]] = {
    AskSummary: _asks,
    TopicSummary: _topics,
    QuestionSummary: _questions,
    StudentSummary: _students,
}
