from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from django.db.models import F, QuerySet

from courses.models import Cohort, Course, CourseAdmin
from groups.models import Group, Membership, Mentorship
from lib.weeks import Week, holds, today_in
from people.models import User

type _People = QuerySet[User] | list[User]


class RelationKind(StrEnum):
    STUDIES = "studies"
    MENTORS = "mentors"
    ADMINISTERS = "administers"


@dataclass(frozen=True, slots=True)
class Relation:
    """One membership, mentorship or course-adminship of a person, open or ended.

    `ended_on` is the first day on which it no longer holds. A course admin has no group, days or role there,
    and the time zone and the start of its latest cohort.
    """

    kind: RelationKind
    course: Course
    time_zone: str
    cohort_starts_on: date | None
    is_archived: bool
    group: Group | None = None
    enrolment_id: int | None = None
    role: str = ""
    started_on: date | None = None
    ended_on: date | None = None

    @property
    def course_id(self) -> int:
        return self.course.pk

    @property
    def group_id(self) -> int | None:
        return self.group.pk if self.group else None

    @property
    def cohort(self) -> Cohort | None:
        return self.group.cohort if self.group else None

    def is_open(self, now: datetime) -> bool:
        """Whether it holds today, in the time zone of the cohort. In an archived course nothing does."""
        if self.is_archived:
            return False
        if self.kind is RelationKind.ADMINISTERS:
            return True
        return self.holds(today_in(self.time_zone, now))

    def holds(self, on: date) -> bool:
        return holds(on, self.started_on, self.ended_on)

    def has_begun(self, now: datetime) -> bool:
        return self.started_on is None or self.started_on <= today_in(self.time_zone, now)

    def is_in_closed_cohort(self, now: datetime) -> bool:
        closed_on = self.cohort.closed_on if self.cohort else None
        return closed_on is not None and closed_on <= today_in(self.time_zone, now)


@dataclass(frozen=True, slots=True)
class Relations:
    """`rows` give rights. `stays` are all a person ever studied in, archived ones too: what they may never read.

    A right ends with what it came from; what was written about somebody stays closed to them (docs/decisions/0023).
    """

    rows: tuple[Relation, ...]
    stays: tuple[Relation, ...]
    now: datetime

    def __iter__(self) -> Iterator[Relation]:
        return iter(self.rows)

    @property
    def time_zone(self) -> str:
        """That of the latest cohort."""
        rows = [row for row in self.rows if row.cohort_starts_on is not None]
        return max(rows, key=lambda row: row.cohort_starts_on or date.min).time_zone if rows else "UTC"

    def open(self, kind: RelationKind) -> tuple[Relation, ...]:
        return tuple(row for row in self.rows if row.kind is kind and row.is_open(self.now))

    def group(self, group_id: int) -> Group | None:
        """The group with its cohort and course, if the person has or had to do with it."""
        return next((row.group for row in self.rows if row.group_id == group_id), None)

    def studies_in(self, group_id: int) -> Relation | None:
        return next((row for row in self.open(RelationKind.STUDIES) if row.group_id == group_id), None)

    @property
    def study_groups(self) -> frozenset[int]:
        """The groups in which the person studies today, also if archived: attention there is not for them."""
        return frozenset(
            row.group_id
            for row in self.stays
            if row.group_id is not None and row.holds(today_in(row.time_zone, self.now))
        )

    def joins(self, group_id: int) -> Relation | None:
        """The stay in this group that is still to begin; None while the person studies in it."""
        rows = (row for row in self.rows if row.kind is RelationKind.STUDIES and row.group_id == group_id)
        to_come = (row for row in rows if not row.has_begun(self.now))
        return None if self.studies_in(group_id) else next(to_come, None)

    def mentors(self, group_id: int) -> Relation | None:
        return next((row for row in self.open(RelationKind.MENTORS) if row.group_id == group_id), None)

    def mentorships(self) -> tuple[Relation, ...]:
        """The mentorships of today and those to come; in an archived course none."""
        rows = (row for row in self.rows if row.kind is RelationKind.MENTORS and not row.is_archived)
        return tuple(row for row in rows if row.is_open(self.now) or not row.has_begun(self.now))

    def mentored(self, group_id: int) -> tuple[Relation, ...]:
        """All mentorships of this group that have started, open or ended."""
        return self._begun(RelationKind.MENTORS, group_id)

    def studied_in(self, group_id: int) -> tuple[Relation, ...]:
        """All stays in this group that have started, open or ended, but not archived ones."""
        return self._begun(RelationKind.STUDIES, group_id)

    def has_studied_in(self, group_id: int) -> bool:
        """Whether the person ever did, also if it is archived by now."""
        return any(row.group_id == group_id and row.has_begun(self.now) for row in self.stays)

    def _begun(self, kind: RelationKind, group_id: int) -> tuple[Relation, ...]:
        return tuple(
            row
            for row in self.rows
            if row.kind is kind and row.group_id == group_id and row.has_begun(self.now)
        )

    @property
    def administered(self) -> frozenset[int]:
        """The courses that the person administers, archived ones too."""
        return frozenset(row.course_id for row in self.rows if row.kind is RelationKind.ADMINISTERS)

    def administers(self, course_id: int) -> bool:
        return course_id in self.administered

    @property
    def courses(self) -> dict[str, str]:
        """The titles of the courses whose page the person reads, by slug: what holds today first, then the latest."""
        rows = [row for row in self.rows if not row.is_archived]
        rows.sort(key=lambda row: (row.is_open(self.now), row.cohort_starts_on or date.min), reverse=True)
        return {row.course.slug: row.course.title for row in rows}

    def leads(self, group_id: int, course_id: int) -> bool:
        """Whether the person mentors the group today, or administers its course."""
        return self.mentors(group_id) is not None or self.administers(course_id)

    def is_insider(self, course_id: int) -> bool:
        """Whether the person has a current or past relation to the course."""
        return any(row.course_id == course_id for row in self.rows)


def relations_of(user: User, now: datetime) -> Relations:
    """Relations to what is not archived; course admins keep theirs, to restore it. `stays` holds all.

    Cached on the user object.
    """
    kept: Relations | None = getattr(user, "_relations", None)
    if kept is not None:
        return kept
    relations = _sorted((relation for _, relation in _read([user], _kinds_of(user))), now)
    user._relations = relations  # type: ignore[attr-defined]
    return relations


def relations_of_many(people: QuerySet[User], now: datetime) -> dict[int, Relations]:
    """Return relations by person id. People without relations are left out."""
    rows: dict[int, list[Relation]] = defaultdict(list)
    for person_id, relation in _read(people, RelationKind):
        rows[person_id].append(relation)
    return {person_id: _sorted(relations, now) for person_id, relations in rows.items()}


def _kinds_of(user: User) -> list[RelationKind]:
    """Return the kinds that are worth a query: most people have one. Somebody who is enrolled counts as a student."""
    # Outer joins: where there is anything of a kind, every row has some of it.
    rows = User.objects.filter(pk=user.pk).values_list("enrolments", "mentorships", "course_adminships")
    return [kind for kind, found in zip(RelationKind, rows[:1].get(), strict=True) if found]


def _read(people: _People, kinds: Iterable[RelationKind]) -> Iterator[tuple[int, Relation]]:
    for kind in kinds:
        yield from _READ[kind](people)


def _stays(people: _People) -> Iterator[tuple[int, Relation]]:
    stays = Membership.objects.filter(enrolment__person__in=people)
    for stay in stays.select_related("enrolment", "group__cohort__course"):
        ends = [on for on in (stay.ended_on, stay.enrolment.ended_on) if on is not None]
        relation = _of_group(RelationKind.STUDIES, stay, enrolment_id=stay.enrolment_id)
        yield stay.enrolment.person_id, replace(relation, ended_on=min(ends, default=None))


def _mentorships(people: _People) -> Iterator[tuple[int, Relation]]:
    for mentorship in Mentorship.objects.filter(person__in=people).select_related("group__cohort__course"):
        yield mentorship.person_id, _of_group(RelationKind.MENTORS, mentorship, role=mentorship.role)


def _adminships(people: _People) -> Iterator[tuple[int, Relation]]:
    admins = CourseAdmin.objects.filter(person__in=people).select_related("course")
    # A row a cohort: of each course the last row counts.
    cohorts = admins.order_by("course__cohorts__starts_on", "course__cohorts__pk").annotate(
        time_zone=F("course__cohorts__time_zone"), starts_on=F("course__cohorts__starts_on")
    )
    for admin in {admin.pk: admin for admin in cohorts}.values():
        yield (
            admin.person_id,
            Relation(
                RelationKind.ADMINISTERS,
                admin.course,
                admin.time_zone or "UTC",
                admin.starts_on,
                admin.course.is_archived,
            ),
        )


_READ = {
    RelationKind.STUDIES: _stays,
    RelationKind.MENTORS: _mentorships,
    RelationKind.ADMINISTERS: _adminships,
}


def _of_group(
    kind: RelationKind, row: Membership | Mentorship, *, enrolment_id: int | None = None, role: str = ""
) -> Relation:
    cohort = row.group.cohort
    return Relation(
        kind=kind,
        course=cohort.course,
        time_zone=cohort.time_zone,
        cohort_starts_on=cohort.starts_on,
        is_archived=cohort.archived is not None,
        group=row.group,
        enrolment_id=enrolment_id,
        role=role,
        started_on=row.started_on,
        ended_on=row.ended_on,
    )


def _sorted(rows: Iterable[Relation], now: datetime) -> Relations:
    order = sorted(rows, key=_place)
    return Relations(
        rows=tuple(row for row in order if row.kind is RelationKind.ADMINISTERS or not row.is_archived),
        stays=tuple(row for row in order if row.kind is RelationKind.STUDIES),
        now=now,
    )


def _place(relation: Relation) -> tuple[str, str, str]:
    group = relation.group
    return relation.course.title, group.cohort.title if group else "", group.sort_key if group else ""


@dataclass(frozen=True, slots=True)
class RecordedStay:
    """A stay as it is or was recorded. Texts from before `replaced_at` were written while these were its days."""

    group_id: int
    started_on: date
    ended_on: date | None
    replaced_at: datetime | None = None

    def was_known_in(self, week: Week, at: datetime) -> bool:
        """Whether the person was known at that moment to study in the group in the week."""
        is_in_it = self.started_on <= week.ends_on and (
            self.ended_on is None or self.ended_on > week.starts_on
        )
        return is_in_it and (self.replaced_at is None or at <= self.replaced_at)


def recorded_stays(user: User, now: datetime) -> list[RecordedStay]:
    """Return all stays of a person, archived ones too, and as they were before their days were changed or undone.

    Leaving is often noted late: a text from meanwhile was written about a student. Cached on the user object.
    """
    kept: list[RecordedStay] | None = getattr(user, "_recorded_stays", None)
    if kept is not None:
        return kept
    stays = [
        RecordedStay(row.group_id, row.started_on, row.ended_on)
        for row in relations_of(user, now).stays
        if row.group_id is not None and row.started_on is not None
    ]
    user._recorded_stays = stays  # type: ignore[attr-defined]
    if not stays:
        return stays
    records = Membership.history.filter(enrolment__person=user).order_by("id", "history_date", "history_id")
    for record, following in pairwise(records):
        if record.id == following.id:
            ended_on, replaced_at = record.ended_on, following.history_date
            stays.append(RecordedStay(record.group_id, record.started_on, ended_on, replaced_at))
    return stays


def forget_relations(user: User) -> None:
    """Clear the cache. Call it when relations change within a request."""
    for name in ("_relations", "_recorded_stays"):
        if hasattr(user, name):
            delattr(user, name)
