"""The rows of a cohort for CSV, including people who left; read in batches while they are sent."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from courses.models import Cohort
from groups.models import Enrolment, Group, Membership, Mentorship
from questions.models import Answer, Ask, Question
from questions.models.question import QuestionQuerySet
from sheets.dashboards.export_rows import (
    PEOPLE,
    PROGRESS,
    QUESTIONS,
    ExportRow,
    check_in_header,
    check_in_rows,
    member_row,
    mentor_row,
    progress_row,
    question_row,
    student_without_group_row,
)
from tracker.models import CheckIn, CheckInEntry, Progress

# Rows in memory at a time. Each prefetch costs one query per batch.
BATCH = 500


class ExportKind(StrEnum):
    PROGRESS = "progress"
    CHECK_INS = "check-ins"
    QUESTIONS = "questions"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class ExportFilter:
    """Rows of the cohort or of one of its groups, from `since` to `until`, both inclusive.

    Args:
        has_private_notes: set it only for readers who may read private notes and asked for them.
    """

    cohort: Cohort
    group: Group | None = None
    since: date | None = None
    until: date | None = None
    has_private_notes: bool = False

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.cohort.time_zone)

    def days(self, name: str) -> Q:
        since = Q(**{f"{name}__gte": self.since}) if self.since else Q()
        return since & Q(**{f"{name}__lte": self.until}) if self.until else since

    def moments(self, name: str) -> Q:
        """Match rows whose moment in that field is within the filter, in the cohort's time zone."""
        since = Q(**{f"{name}__gte": self._begin(self.since)}) if self.since else Q()
        if not self.until:
            return since
        return since & Q(**{f"{name}__lt": self._begin(self.until + timedelta(days=1))})

    def stays(self) -> Q:
        """Match rows with `started_on` and `ended_on` that hold on one of the days."""
        since = Q(ended_on=None) | Q(ended_on__gt=self.since) if self.since else Q()
        return since & Q(started_on__lte=self.until) if self.until else since

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def header(export: ExportKind, chosen: ExportFilter) -> tuple[str, ...]:
    return {
        ExportKind.PROGRESS: PROGRESS,
        ExportKind.CHECK_INS: check_in_header(has_private_note=chosen.has_private_notes),
        ExportKind.QUESTIONS: QUESTIONS,
        ExportKind.PEOPLE: PEOPLE,
    }[export]


def rows(export: ExportKind, chosen: ExportFilter) -> Iterator[ExportRow]:
    """The rows of the file. The database is read when the first row is taken."""
    return _ROWS[export](chosen)


def _last_group(enrolment: str, field: str) -> Subquery:
    """A field of the current or last group of an enrolment; `enrolment` names its id in the outer query."""
    stays = Membership.objects.filter(enrolment=OuterRef(enrolment)).order_by("-started_on", "-pk")
    return Subquery(stays.values(field)[:1])


def _progress(chosen: ExportFilter) -> Iterator[ExportRow]:
    selected = (
        Progress.objects.filter(chosen.moments("state_since"), enrolment__cohort=chosen.cohort)
        .annotate(group_name=_last_group("enrolment", "group__name"))
        .select_related("enrolment__person", "milestone", "changed_by", "waived_by")
        .order_by("group_name", "enrolment__person__name", "enrolment", "milestone__position")
    )
    if chosen.group:
        selected = selected.alias(last=_last_group("enrolment", "group")).filter(last=chosen.group.pk)
    for progress in selected.iterator(BATCH):
        yield progress_row(progress, progress.group_name or "", chosen.zone)


def _check_ins(chosen: ExportFilter) -> Iterator[ExportRow]:
    selected = (
        with_entries(CheckIn.objects.filter(chosen.days("week_starts_on"), _of_groups(chosen)))
        .select_related("group", "logged_by")
        .order_by("group__name", "week_starts_on")
    )
    for check_in in selected.iterator(BATCH):
        yield from check_in_rows(check_in, chosen.zone, has_private_note=chosen.has_private_notes)


def with_entries(check_ins: QuerySet[CheckIn]) -> QuerySet[CheckIn]:
    return check_ins.prefetch_related(
        Prefetch("entries", CheckInEntry.objects.select_related("enrolment__person"))
    )


def _questions(chosen: ExportFilter) -> Iterator[ExportRow]:
    selected = with_answers(Question.objects.filter(chosen.moments("asked_at"), _of_groups(chosen))).order_by(
        "asked_at", "pk"
    )
    for question in selected.iterator(BATCH):
        yield question_row(question, chosen.zone)


def with_answers(questions: QuestionQuerySet) -> QuestionQuerySet:
    """Prefetch asks and answers, also the answers of the question that a duplicate refers to."""
    answers = Answer.objects.select_related("answered_by").order_by("answered_at", "pk")
    return (
        questions.with_ask_count()
        .select_related("group", "milestone", "material", "duplicate_of", "asked_by", "published_by")
        .prefetch_related(
            Prefetch("asks", Ask.objects.select_related("enrolment__person", "group", "logged_by")),
            Prefetch("answers", answers),
            Prefetch("duplicate_of__answers", answers),
        )
    )


def _of_groups(chosen: ExportFilter) -> Q:
    return Q(group=chosen.group) if chosen.group else Q(group__cohort=chosen.cohort)


def _people(chosen: ExportFilter) -> Iterator[ExportRow]:
    members = (member_row(stay, chosen.zone) for stay in _members(chosen))
    return chain(map(mentor_row, _mentors(chosen)), members, _without_group(chosen))


def _mentors(chosen: ExportFilter) -> Iterator[Mentorship]:
    selected = Mentorship.objects.filter(chosen.stays(), _of_groups(chosen)).select_related("person", "group")
    yield from selected.order_by("group__name", "started_on", "pk").iterator(BATCH)


def _members(chosen: ExportFilter) -> Iterator[Membership]:
    selected = Membership.objects.filter(chosen.stays(), _of_groups(chosen))
    selected = selected.select_related("enrolment__person", "group")
    yield from selected.order_by("group__name", "enrolment__person__name", "started_on", "pk").iterator(BATCH)


def _without_group(chosen: ExportFilter) -> Iterator[ExportRow]:
    """Students who were never in a group; nobody if a group is chosen."""
    if chosen.group:
        return
    selected = Enrolment.objects.filter(
        chosen.stays(), ~Exists(Membership.objects.filter(enrolment=OuterRef("pk"))), cohort=chosen.cohort
    )
    for enrolment in selected.select_related("person").order_by("person__name", "pk").iterator(BATCH):
        yield student_without_group_row(enrolment, chosen.zone)


_ROWS: dict[ExportKind, Callable[[ExportFilter], Iterator[Any]]] = {
    ExportKind.PROGRESS: _progress,
    ExportKind.CHECK_INS: _check_ins,
    ExportKind.QUESTIONS: _questions,
    ExportKind.PEOPLE: _people,
}
