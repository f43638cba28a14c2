"""The rows of a cohort for CSV, including people who left; read in batches while they are sent."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import batched
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet

from courses.models import Cohort, Milestone
from groups.group_days import GroupDays
from groups.models import Enrolment, Group, Membership, Mentorship
from people.models import User
from questions.models import Answer, Ask, Question
from questions.models.question import QuestionQuerySet
from sheets.dashboards.export_rows import (
    PEOPLE,
    PROGRESS,
    QUESTION_FIELDS,
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
from sheets.understanding.records.asked import UNDATED
from tracker.access.written_about import mask
from tracker.models import CheckIn, CheckInEntry, Progress

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
        masked: ids of check-ins that the reader reads as a student, without what mentors wrote to each other.
    """

    cohort: Cohort
    has_private_notes: bool = False
    masked: frozenset[int] = frozenset()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.cohort.time_zone)


_OF_ENROLMENT = (
    "cohort", "started_on", "ended_on", "end_reason", "level", "last_active_at", "person__name", "person__email",
    "person__time_zone", "hours_a_week", "mentor_note",
)  # fmt: skip


class _Lookups:
    """What the rows of a cohort refer to, so that no row is joined to it. Grows with the cohort, not with its rows."""

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort

    @cached_property
    def groups(self) -> dict[int, Group]:
        return {group.pk: group for group in self._cohort.groups.in_order()}

    @cached_property
    def enrolments(self) -> dict[int, Enrolment]:
        rows = self._cohort.enrolments.select_related("person").only(*_OF_ENROLMENT)
        return {enrolment.pk: enrolment for enrolment in rows.order_by("person__name", "pk")}

    @cached_property
    def _people(self) -> dict[int, User]:
        """Students, and who else was needed so far."""
        return {enrolment.person_id: enrolment.person for enrolment in self.enrolments.values()}

    @cached_property
    def milestones(self) -> dict[int, Milestone]:
        return {milestone.pk: milestone for milestone in self._cohort.course.milestones.in_order()}

    @cached_property
    def group_days(self) -> GroupDays:
        return GroupDays(Membership.objects.filter(enrolment__cohort=self._cohort))

    def fill(self, rows: Sequence[Any], *names: str) -> None:
        """Set the people of the rows: fields with these names."""
        ids = {getattr(row, f"{name}_id") for row in rows for name in names} - {None}
        if missing := ids - self._people.keys():
            self._people.update(User.objects.only("name", "email").in_bulk(missing))
        for row in rows:
            for name in names:
                if (pk := getattr(row, f"{name}_id")) is not None:
                    setattr(row, name, self._people[pk])


def _progress(chosen: CohortExport) -> Iterator[ExportRow]:
    """Each row names the group in which the student was when it came about, so a move leaves earlier rows alone."""
    of = _Lookups(chosen.cohort)
    places = {pk: place for place, pk in enumerate(of.groups)}
    wanted: list[tuple[int | None, int]] = []
    for pk in of.enrolments:
        wanted += [(group, pk) for group in of.group_days.groups_of(pk)] or [(None, pk)]
    # By group, then by name.
    wanted.sort(key=lambda pair: -1 if pair[0] is None else places[pair[0]])
    for pairs in batched(wanted, BATCH // 5):
        selected = Progress.objects.filter(enrolment__in={pk for _, pk in pairs})
        rows: dict[tuple[int | None, int], list[Progress]] = {pair: [] for pair in pairs}
        for progress in selected.order_by("milestone__position"):
            since = progress.state_since and progress.state_since.astimezone(chosen.zone).date()
            group = of.group_days.on(progress.enrolment_id, since)
            # Read for a group, but of another one.
            if (group, progress.enrolment_id) in rows:
                rows[group, progress.enrolment_id].append(progress)
        of.fill([row for own in rows.values() for row in own], "changed_by", "waived_by")
        for (group, pk), own in rows.items():
            for progress in own:
                progress.enrolment = of.enrolments[pk]
                progress.milestone = of.milestones[progress.milestone_id]
                yield progress_row(progress, of.groups[group].name if group else "", chosen.zone)


def _check_ins(chosen: CohortExport) -> Iterator[ExportRow]:
    of = _Lookups(chosen.cohort)
    for groups in batched(of.groups.values(), BATCH // 10):
        selected = CheckIn.objects.filter(group__in=groups)
        selected = selected.order_by("group__sort_key", "group", "week_starts_on").prefetch_related("entries")
        check_ins = list(selected)
        of.fill(check_ins, "logged_by")
        for check_in in check_ins:
            check_in.group = of.groups[check_in.group_id]
            for entry in check_in.entries.all():
                entry.enrolment = of.enrolments[entry.enrolment_id]
            if check_in.pk in chosen.masked:
                mask(check_in, *check_in.entries.all())
            yield from check_in_rows(check_in, chosen.zone, has_private_note=chosen.has_private_notes)


def with_entries(check_ins: QuerySet[CheckIn]) -> QuerySet[CheckIn]:
    return check_ins.prefetch_related(
        Prefetch("entries", CheckInEntry.objects.select_related("enrolment__person"))
    )


def _questions(chosen: CohortExport) -> Iterator[ExportRow]:
    selected = Question.objects.filter(group__cohort=chosen.cohort).with_ask_count()
    rows = selected.order_by("asked_at", "pk").values_list("pk", *QUESTION_FIELDS, "ask_count")
    for batch in batched(rows.iterator(BATCH), BATCH):
        ids = [pk for pk, *_ in batch]
        asks = Ask.objects.filter(question__in=ids).order_by("asked_at", "pk")
        askers: dict[int, tuple[str | None, str | None]] = {}
        for pk, name, email in asks.values_list(
            "question", "enrolment__person__name", "enrolment__person__email"
        ):
            askers.setdefault(pk, (name, email))
        answers: dict[int, list[str]] = defaultdict(list)
        given = Answer.objects.filter(question__in=ids).in_order()
        for pk, name, at, body in given.values_list("question", "answered_by__name", "answered_at", "body"):
            day = f"{at.astimezone(chosen.zone):%Y-%m-%d}" if at else UNDATED
            answers[pk].append(f"{name}, {day}: {body}")
        for pk, *fields in batch:
            yield question_row(fields, askers.get(pk, (None, None)), answers[pk], chosen.zone)


def with_answers(questions: QuestionQuerySet) -> QuestionQuerySet:
    """Prefetch asks and answers, also the answers of the question that a duplicate refers to."""
    answers = Answer.objects.select_related("answered_by").in_order()
    return (
        questions.with_ask_count()
        .select_related("group", "milestone", "material", "duplicate_of", "asked_by", "published_by")
        .prefetch_related(
            Prefetch("asks", Ask.objects.select_related("enrolment__person", "group", "logged_by")),
            Prefetch("answers", answers),
            Prefetch("duplicate_of__answers", answers),
        )
    )


def _people(chosen: CohortExport) -> Iterator[ExportRow]:
    """Mentors, members, and students who were never in a group."""
    of = _Lookups(chosen.cohort)
    for groups in batched(of.groups.values(), BATCH):
        mentorships = Mentorship.objects.filter(group__in=groups)
        for mentorship in mentorships.select_related("person").order_by(*_BY_GROUP, "started_on", "pk"):
            mentorship.group = of.groups[mentorship.group_id]
            yield mentor_row(mentorship)
    for groups in batched(of.groups.values(), BATCH // 5):
        stays = Membership.objects.filter(group__in=groups)
        for stay in stays.order_by(*_BY_GROUP, "enrolment__person__name", "started_on", "pk"):
            stay.enrolment, stay.group = of.enrolments[stay.enrolment_id], of.groups[stay.group_id]
            yield member_row(stay, chosen.zone)
    alone = Enrolment.objects.filter(cohort=chosen.cohort, memberships=None)
    for pk in alone.order_by("person__name", "pk").values_list("pk", flat=True):
        yield student_without_group_row(of.enrolments[pk], chosen.zone)


_BY_GROUP = ("group__sort_key", "group")


def file_of(export: ExportKind, chosen: CohortExport) -> tuple[Sequence[str], Iterator[ExportRow]]:
    """The header and the rows. The database is read when the first row is taken."""
    check_ins = check_in_header(has_private_note=chosen.has_private_notes)
    names, read = {
        ExportKind.PROGRESS: (PROGRESS, _progress),
        ExportKind.CHECK_INS: (check_ins, _check_ins),
        ExportKind.QUESTIONS: (QUESTIONS, _questions),
        ExportKind.PEOPLE: (PEOPLE, _people),
    }[export]
    return names, read(chosen)
