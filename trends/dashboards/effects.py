"""Effects of changes of the material."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import batched
from typing import Any

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce

from courses.models import Cohort
from groups.models import Enrolment, Membership
from questions.models import Ask, MaterialChange
from tracker.models import Progress
from trends.counts.view import run_of
from trends.effects.effect import AskedAt, CohortFacts, Effect, effect
from trends.figures import Stay
from trends.models.stays import Stays, count_stays, stay_in_cohort

# The most ids in one query. More questions than that need a second query.
_IN_A_QUERY = 10_000

# By milestone (None: the whole course) and cohort: the students by when they were at it.
type _Students = dict[tuple[int | None, int], Counter[Stay]]
# By change and cohort: the asks by week, and by when who asked was at it.
type _Asks = dict[tuple[int, int], Counter[AskedAt]]


def effects_of(changes: Iterable[MaterialChange], now: datetime) -> dict[int, Effect]:
    """Return the effect of each change, by its id.

    The asks of the change's questions and of all questions of its topics are counted, with duplicates, in the whole
    course. Students count while they work on the change's milestone, or while they are enrolled if it has none, and
    asks count in just these weeks of just these students.
    """
    changes = list(changes)
    if not changes:
        return {}
    of_course = Cohort.objects.filter(course__in={change.course_id for change in changes}, archived_at=None)
    cohorts = list(of_course.prefetch_related("pauses"))
    students = _students(cohorts, {change.milestone_id for change in changes})
    asks = _asks(changes, cohorts)
    return {
        change.pk: effect(
            change.changed_on,
            [
                CohortFacts(
                    run=run_of(cohort, now),
                    students=students[change.milestone_id, cohort.pk],
                    asks=asks[change.pk, cohort.pk],
                )
                for cohort in cohorts
                if cohort.course_id == change.course_id
            ],
        )
        for change in changes
    }


def questions_answered(change_ids: Sequence[int]) -> dict[int, set[int]]:
    """Questions whose asks count for each change, by its id, including those of its topics."""
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


def _asks(changes: Iterable[MaterialChange], cohorts: Iterable[Cohort]) -> _Asks:
    changes_of: dict[int, list[MaterialChange]] = defaultdict(list)
    changes_by_id = {change.pk: change for change in changes}
    for change_id, question_ids in questions_answered(list(changes_by_id)).items():
        for question_id in question_ids:
            changes_of[question_id].append(changes_by_id[change_id])
    rows: list[Any] = []
    for batch in batched(sorted(changes_of), _IN_A_QUERY):
        counted = Ask.objects.dated().filter(question__in=batch, group__cohort__in=cohorts).order_by()
        columns = counted.values_list(
            *("question", "group__cohort", "week_starts_on", "group", "enrolment"),
            *("enrolment__started_on", "enrolment__ended_on"),
        )
        rows += columns.annotate(count=Count("pk"))
    members = Membership.objects.filter(group__in={row[3] for row in rows}).order_by().values("enrolment")
    milestones = {change.milestone_id for change in changes_by_id.values() if change.milestone_id}
    stays = Stays(Progress.objects.filter(enrolment__in=members, milestone__in=milestones))
    asks: _Asks = defaultdict(Counter)
    for question, cohort, week, group, enrolment, enrolled_on, ended_on, count in rows:
        for change in changes_of[question]:
            at: Stay | None
            if change.milestone_id:
                at = stays.of_ask(enrolment, group, change.milestone_id)
            else:
                # Somebody of a group was enrolled.
                at = stay_in_cohort(enrolled_on or date.min, ended_on)
            asks[change.pk, cohort][week, at] += count
    return asks


def _students(cohorts: Sequence[Cohort], milestones: set[int | None]) -> _Students:
    students: _Students = defaultdict(Counter)
    of_cohorts = Progress.objects.filter(enrolment__cohort__in=cohorts, milestone__in=milestones - {None})
    for cohort, milestone, stay, count in count_stays(of_cohorts):
        students[milestone, cohort][stay] += count
    if None in milestones:
        rows = Enrolment.objects.filter(cohort__in=cohorts).order_by()
        days = rows.values_list("cohort", "started_on", "ended_on").annotate(count=Count("pk"))
        for cohort, enrolled_on, ended_on, count in days:
            students[None, cohort][stay_in_cohort(enrolled_on, ended_on)] += count
    return students
