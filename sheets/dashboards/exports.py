"""The rows of a cohort for CSV, including people who left; read in batches while they are sent."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from courses.models import Cohort
from groups.group_days import GroupDays
from groups.models import Enrolment, Membership, Mentorship
from people.models import User
from questions.models import Answer, Ask, Question
from questions.models.question import QuestionQuerySet
from sheets.dashboards.export_rows import (
    CHECK_INS,
    QUESTIONS,
    WITH_PRIVATE_NOTES,
    ExportedEntry,
    entries_of,
    mentor,
    student,
)
from sheets.understanding.records.asked import ExportedQuestion
from sheets.understanding.records.column import ExportColumn, ExportRow, header_of, row_of
from sheets.understanding.records.students import PEOPLE, PROGRESS, ExportedPerson, ExportedProgress
from tracker.models import CheckIn, Progress
from tracker.models.check_in import with_is_counted

# Rows in memory at a time. Each prefetch costs one query per batch.
BATCH = 500


class ExportKind(StrEnum):
    PROGRESS = "progress"
    CHECK_INS = "check-ins"
    QUESTIONS = "questions"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class CohortExport:
    """The rows of a cohort, and what of them the reader gets.

    Args:
        has_private_notes: set it only for readers who may read private notes and asked for them.
        masked: see `entries_of`.
    """

    cohort: Cohort
    has_private_notes: bool = False
    masked: frozenset[int] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.cohort.time_zone)


def _progress(chosen: CohortExport) -> Iterator[ExportedProgress]:
    """Each row names the group in which the student was when it came about, so a move leaves earlier rows alone.

    The rows' references are looked up instead of joined to each of them.
    """
    cohort = chosen.cohort
    groups: dict[int | None, str] = dict(cohort.groups.in_order().values_list("pk", "name"))
    milestones = {milestone.pk: milestone for milestone in cohort.course.milestones.in_order()}
    days = GroupDays(Membership.objects.filter(enrolment__cohort=cohort))
    rows = cohort.enrolments.select_related("person").only(
        "cohort", "started_on", "ended_on", "end_reason", "person__name", "person__email"
    )
    enrolments = {enrolment.pk: enrolment for enrolment in rows.order_by("person__name", "pk")}
    # Students, and who else was needed so far.
    people = {enrolment.person_id: enrolment.person for enrolment in enrolments.values()}
    # By the first group, then by name.
    places = {pk: place for place, pk in enumerate(groups)}
    in_order = sorted(enrolments, key=lambda pk: [places[group] for group in days.groups_of(pk)[:1]])
    for ids in batched(in_order, BATCH // 5):
        of: dict[int, list[Progress]] = defaultdict(list)
        for progress in Progress.objects.filter(enrolment__in=ids).order_by("milestone__position"):
            of[progress.enrolment_id].append(progress)
        acted = {
            pk for own in of.values() for one in own for pk in (one.changed_by_id, one.waived_by_id) if pk
        }
        if missing := acted - people.keys():
            people.update(User.objects.only("name", "email").in_bulk(missing))
        for progress in (progress for pk in ids for progress in of[pk]):
            progress.enrolment = enrolments[progress.enrolment_id]
            progress.milestone = milestones[progress.milestone_id]
            progress.changed_by = people[progress.changed_by_id]
            progress.waived_by = people[progress.waived_by_id] if progress.waived_by_id else None
            since = progress.state_since and progress.state_since.astimezone(chosen.zone).date()
            yield ExportedProgress(progress, groups.get(days.on(progress.enrolment_id, since), ""))


def _check_ins(chosen: CohortExport) -> Iterator[ExportedEntry]:
    rows = with_entries(CheckIn.objects.filter(group__cohort=chosen.cohort))
    for check_in in rows.order_by(*_BY_GROUP, "week_starts_on").iterator(BATCH // 10):
        yield from entries_of(check_in, chosen.masked)


def with_entries(check_ins: QuerySet[CheckIn]) -> QuerySet[CheckIn]:
    entries = with_is_counted().select_related("enrolment__person")
    return check_ins.select_related("group", "logged_by").prefetch_related(Prefetch("entries", entries))


def _questions(chosen: CohortExport) -> Iterator[ExportedQuestion]:
    rows = with_answers(Question.objects.filter(group__cohort=chosen.cohort))
    for question in rows.order_by("asked_at", "pk").iterator(BATCH):
        yield ExportedQuestion(question, chosen.zone)


def with_answers(questions: QuestionQuerySet) -> QuestionQuerySet:
    """Prefetch asks and answers."""
    return (
        questions.with_ask_count()
        .select_related("group", "milestone", "material", "duplicate_of", "asked_by", "published_by")
        .prefetch_related(
            Prefetch("asks", Ask.objects.select_related("enrolment__person", "group", "logged_by")),
            Prefetch("answers", Answer.objects.select_related("answered_by").in_order()),
        )
    )


def _people(chosen: CohortExport) -> Iterator[ExportedPerson]:
    """Mentors, members, and students who were never in a group."""
    of_cohort = {"group__cohort": chosen.cohort}
    mentorships = Mentorship.objects.filter(**of_cohort).select_related("person", "group")
    yield from map(mentor, mentorships.order_by(*_BY_GROUP, "started_on", "pk").iterator(BATCH))
    stays = Membership.objects.filter(**of_cohort).select_related("enrolment__person", "group")
    for stay in stays.order_by(*_BY_GROUP, "enrolment__person__name", "started_on", "pk").iterator(BATCH):
        yield student(stay.enrolment, stay)
    alone = Enrolment.objects.filter(cohort=chosen.cohort, memberships=None).select_related("person")
    for enrolment in alone.order_by("person__name", "pk").iterator(BATCH):
        yield student(enrolment, None)


_BY_GROUP = ("group__sort_key", "group")


def file_of(export: ExportKind, chosen: CohortExport) -> tuple[Sequence[str], Iterator[ExportRow]]:
    """The header and the rows. The database is read when the first row is taken."""
    kinds: dict[ExportKind, tuple[Sequence[ExportColumn[Any]], Callable[[CohortExport], Iterator[Any]]]] = {
        ExportKind.PROGRESS: (PROGRESS, _progress),
        ExportKind.CHECK_INS: (WITH_PRIVATE_NOTES if chosen.has_private_notes else CHECK_INS, _check_ins),
        ExportKind.QUESTIONS: (QUESTIONS, _questions),
        ExportKind.PEOPLE: (PEOPLE, _people),
    }
    columns, read = kinds[export]
    header = header_of(columns)
    if export == ExportKind.PEOPLE:
        # In a workbook it would look like a tracker.
        header = ("Name", *header[1:])
    return header, (row_of(columns, row, chosen.zone) for row in read(chosen))
