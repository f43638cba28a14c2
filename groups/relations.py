from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.db.models import CharField, DateField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast

from courses.models import CourseAdmin
from groups.models import Membership, Mentorship
from lib.natural_order import natural_key
from lib.weeks import holds, today_in
from people.models import User


class RelationKind(StrEnum):
    STUDIES = "studies"
    MENTORS = "mentors"
    ADMINISTERS = "administers"


@dataclass(frozen=True, slots=True)
class Relation:
    """One membership, mentorship or course-adminship of a person, open or ended.

    `ended_on` is the first day on which it no longer holds. Fields that a kind does not have are None or "".
    """

    kind: RelationKind
    course_id: int
    course_title: str
    cohort_id: int | None
    cohort_title: str
    time_zone: str
    cohort_closed_on: date | None
    group_id: int | None
    group_name: str
    enrolment_id: int | None
    role: str
    started_on: date | None
    ended_on: date | None

    def is_open(self, now: datetime) -> bool:
        """Whether it holds today, in the time zone of the cohort."""
        if self.kind is RelationKind.ADMINISTERS:
            return True
        return holds(today_in(self.time_zone, now), self.started_on, self.ended_on)

    def is_in_closed_cohort(self, now: datetime) -> bool:
        return self.cohort_closed_on is not None and self.cohort_closed_on <= today_in(self.time_zone, now)


@dataclass(frozen=True, slots=True)
class Relations:
    rows: tuple[Relation, ...]
    now: datetime

    def __iter__(self) -> Iterator[Relation]:
        return iter(self.rows)

    def open(self, kind: RelationKind) -> tuple[Relation, ...]:
        return tuple(row for row in self.rows if row.kind is kind and row.is_open(self.now))

    def studies_in(self, group_id: int) -> Relation | None:
        return next((row for row in self.open(RelationKind.STUDIES) if row.group_id == group_id), None)

    def mentors(self, group_id: int) -> Relation | None:
        return next((row for row in self.open(RelationKind.MENTORS) if row.group_id == group_id), None)

    def mentored(self, group_id: int) -> tuple[Relation, ...]:
        """All mentorships of this group that have started, open or ended."""
        return tuple(
            row
            for row in self.rows
            if row.kind is RelationKind.MENTORS
            and row.group_id == group_id
            and row.started_on is not None
            and row.started_on <= today_in(row.time_zone, self.now)
        )

    def administers(self, course_id: int) -> bool:
        return any(row.course_id == course_id for row in self.rows if row.kind is RelationKind.ADMINISTERS)

    def is_insider(self, course_id: int) -> bool:
        """Whether the person has a current or past relation to the course."""
        return any(row.course_id == course_id for row in self.rows)


_FIELDS = [
    "r_person_id",
    "kind",
    "r_course_id",
    "r_course_title",
    "r_cohort_id",
    "r_cohort_title",
    "r_time_zone",
    "r_cohort_closed_on",
    "r_group_id",
    "r_group_name",
    "r_enrolment_id",
    "r_role",
    "r_started_on",
    "r_ended_on",
]


def _text(value: str) -> Value:
    return Value(value, output_field=CharField())


def _null(field: Any) -> Cast:
    # PostgreSQL needs the type of a NULL in a union.
    return Cast(Value(None), output_field=field())


def _of_groups(rows: QuerySet[Any], kind: RelationKind, person: str, **own: Any) -> QuerySet[Any]:
    values: QuerySet[Any] = rows.annotate(
        r_person_id=F(person),
        kind=_text(kind),
        r_course_id=F("group__cohort__course_id"),
        r_course_title=F("group__cohort__course__title"),
        r_cohort_id=F("group__cohort_id"),
        r_cohort_title=F("group__cohort__title"),
        r_time_zone=F("group__cohort__time_zone"),
        r_cohort_closed_on=F("group__cohort__closed_on"),
        r_group_id=F("group_id"),
        r_group_name=F("group__name"),
        r_started_on=F("started_on"),
        r_ended_on=F("ended_on"),
        **own,
    ).values_list(*_FIELDS)
    return values


def relations_of(user: User, now: datetime) -> Relations:
    """One query, cached on the user object."""
    kept: Relations | None = getattr(user, "_relations", None)
    if kept is not None:
        return kept
    relations = _sorted((relation for _, relation in _read([user])), now)
    user._relations = relations  # type: ignore[attr-defined]
    return relations


def relations_of_many(people: QuerySet[User], now: datetime) -> dict[int, Relations]:
    """Return relations by person id. People without relations are left out. One query."""
    rows: dict[int, list[Relation]] = defaultdict(list)
    for person_id, relation in _read(people):
        rows[person_id].append(relation)
    return {person_id: _sorted(relations, now) for person_id, relations in rows.items()}


def _read(people: QuerySet[User] | list[User]) -> Iterator[tuple[int, Relation]]:
    studies = _of_groups(
        Membership.objects.filter(enrolment__person__in=people),
        RelationKind.STUDIES,
        "enrolment__person_id",
        r_enrolment_id=F("enrolment_id"),
        r_role=_text(""),
    )
    mentors = _of_groups(
        Mentorship.objects.filter(person__in=people),
        RelationKind.MENTORS,
        "person_id",
        r_enrolment_id=_null(IntegerField),
        r_role=F("role"),
    )
    administers = (
        CourseAdmin.objects.filter(person__in=people)
        .annotate(
            r_person_id=F("person_id"),
            kind=_text(RelationKind.ADMINISTERS),
            r_course_id=F("course_id"),
            r_course_title=F("course__title"),
            r_cohort_id=_null(IntegerField),
            r_cohort_title=_text(""),
            r_time_zone=_text("UTC"),
            r_cohort_closed_on=_null(DateField),
            r_group_id=_null(IntegerField),
            r_group_name=_text(""),
            r_enrolment_id=_null(IntegerField),
            r_role=_text(""),
            r_started_on=_null(DateField),
            r_ended_on=_null(DateField),
        )
        .values_list(*_FIELDS)
    )
    for person_id, kind, *values in studies.union(mentors, administers, all=True):
        yield person_id, Relation(RelationKind(kind), *values)


def _sorted(rows: Iterable[Relation], now: datetime) -> Relations:
    order = sorted(rows, key=lambda row: (row.course_title, row.cohort_title, natural_key(row.group_name)))
    return Relations(tuple(order), now)


def forget_relations(user: User) -> None:
    """Clear the cache. Call it when relations change within a request."""
    if hasattr(user, "_relations"):
        del user._relations
