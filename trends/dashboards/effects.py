"""Effects of changes of the material. At most six queries for any number of changes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce

from courses.models import Cohort
from groups.models import Enrolment
from questions.models import Ask, MaterialChange
from tracker.models import Progress
from trends.effects import ActiveStay, CohortFacts, Effect, effect

_DAY = timedelta(days=1)
# The most ids in one query. More questions than that need a second query.
_IN_A_QUERY = 10_000

# The cohort, the day work began, the day it was done, the days of the enrolment, and the number of students.
type _Stays = list[tuple[int, date, date | None, date, date | None, int]]


def effects_of(changes: Iterable[MaterialChange], now: datetime) -> dict[int, Effect]:
    """Return the effect of each change, by its id.

    The asks of the change's questions and of all questions of its topics are counted, with duplicates, in the whole
    course. Students count while they work on the change's milestone, or while they are enrolled if it has none.
    """
    changes = list(changes)
    if not changes:
        return {}
    asks = _asks(questions_answered([change.pk for change in changes]))
    cohorts = list(
        Cohort.objects.filter(
            course__in={change.course_id for change in changes}, archived_at=None
        ).prefetch_related("pauses")
    )
    at_milestones = _at_milestones({change.milestone_id for change in changes if change.milestone_id})
    enrolled = _enrolled({change.course_id for change in changes if not change.milestone_id})
    return {
        change.pk: effect(
            change.changed_on,
            _facts(
                [cohort for cohort in cohorts if cohort.course_id == change.course_id],
                at_milestones[change.milestone_id] if change.milestone_id else enrolled[change.course_id],
                asks[change.pk],
                now,
            ),
        )
        for change in changes
    }


def questions_answered(change_ids: Sequence[int]) -> dict[int, set[int]]:
    """Questions whose asks count for each change, by its id, including those of its topics. One query."""
    named = MaterialChange.questions.through.objects.filter(materialchange__in=change_ids)
    of_topics = MaterialChange.topics.through.objects.filter(materialchange__in=change_ids)
    first, *others = (
        # A duplicate counts as its original, and a merged topic as the one it was merged into.
        *(
            _pairs(named, question)
            for question in (
                Coalesce("question__duplicate_of", "question"),
                F("question__duplicates"),
                F("question__duplicate_of__duplicates"),
            )
        ),
        *(
            _pairs(of_topics, F(f"{topic}__placements__question{duplicates}"))
            for topic in ("topic", "topic__merged_into")
            for duplicates in ("", "__duplicates")
        ),
    )
    answered: dict[int, set[int]] = defaultdict(set)
    for change_id, question_id in first.union(*others):
        answered[change_id].add(question_id)
    return answered


def _pairs(rows: QuerySet[Any], answered: F | Coalesce) -> QuerySet[Any]:
    pairs: QuerySet[Any] = rows.annotate(answered=answered).filter(answered__isnull=False)
    return pairs.values_list("materialchange_id", "answered")


def _asks(answered: Mapping[int, set[int]]) -> dict[int, dict[int, Counter[date]]]:
    """The number of asks by change, cohort and week."""
    changes_of: dict[int, list[int]] = defaultdict(list)
    for change_id, question_ids in answered.items():
        for question_id in question_ids:
            changes_of[question_id].append(change_id)
    asks: dict[int, dict[int, Counter[date]]] = defaultdict(lambda: defaultdict(Counter))
    for batch in batched(sorted(changes_of), _IN_A_QUERY):
        rows = Ask.objects.dated().filter(question__in=batch).order_by()
        counted = rows.values_list("question", "group__cohort", "week_starts_on").annotate(count=Count("pk"))
        for question_id, cohort_id, week, count in counted:
            for change_id in changes_of[question_id]:
                asks[change_id][cohort_id][week] += count
    return asks


def _at_milestones(milestone_ids: set[int]) -> dict[int, _Stays]:
    """Students working on each milestone, by its id. Identical stays are grouped."""
    rows = Progress.objects.dated().filter(milestone__in=milestone_ids).order_by()
    counted = rows.values_list(
        "milestone",
        "enrolment__cohort",
        "started_on",
        "finished_on",
        "enrolment__started_on",
        "enrolment__ended_on",
    ).annotate(count=Count("pk"))
    stays: dict[int, _Stays] = defaultdict(list)
    for milestone_id, *stay in counted if milestone_ids else ():
        cohort_id, started_on, finished_on, enrolled_on, ended_on, count = stay
        stays[milestone_id].append((cohort_id, started_on, finished_on, enrolled_on, ended_on, count))
    return stays


def _enrolled(course_ids: set[int]) -> dict[int, _Stays]:
    """Enrolled students of each course, by its id. Identical stays are grouped."""
    rows = Enrolment.objects.filter(cohort__course__in=course_ids).order_by()
    counted = rows.values_list("cohort__course", "cohort", "started_on", "ended_on").annotate(
        count=Count("pk")
    )
    stays: dict[int, _Stays] = defaultdict(list)
    for course_id, cohort_id, started_on, ended_on, count in counted if course_ids else ():
        stays[course_id].append((cohort_id, started_on, None, started_on, ended_on, count))
    return stays


def _facts(
    cohorts: Sequence[Cohort], stays: _Stays, asks: Mapping[int, Counter[date]], now: datetime
) -> Iterator[CohortFacts]:
    of_cohorts: dict[int, list[Any]] = defaultdict(list)
    for cohort_id, *stay in stays:
        of_cohorts[cohort_id].append(stay)
    for cohort in cohorts:
        yield CohortFacts(
            id=cohort.pk,
            title=cohort.title,
            starts_on=cohort.starts_on,
            stays=tuple(_stay(cohort.working_day(now), *stay) for stay in of_cohorts[cohort.pk]),
            asks=asks.get(cohort.pk, {}),
            pauses=tuple(pause.period for pause in cohort.pauses.all()),
        )


def _stay(
    last_on: date,
    started_on: date,
    finished_on: date | None,
    enrolled_on: date,
    ended_on: date | None,
    students: int,
) -> ActiveStay:
    """A stay ends on the day it was done. Otherwise it ends today or on the last day of the enrolment or cohort."""
    ends = [last_on, finished_on or last_on, ended_on - _DAY if ended_on else last_on]
    return ActiveStay(first_on=max(started_on, enrolled_on), last_on=min(ends), students=students)
