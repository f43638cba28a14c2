"""Readers of the page of a course: its people of today, before and later, and its course admins."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.shortcuts import get_object_or_404

from courses.models import Cohort, Course
from groups.access import say_if_archived
from groups.relations import Relation, RelationKind, relations_of
from people.access import refuse
from people.models import User


@dataclass(frozen=True, slots=True)
class CourseAccess:
    """A course, and what a person is in that `cohort` of it; None if it has none.

    `cohorts` are those among which the person may choose, the latest first. `stay` is where they study there, or
    studied last; `mentored` are the groups that they mentor there today.
    """

    user: User
    course: Course
    cohort: Cohort | None
    cohorts: tuple[Cohort, ...]
    stay: Relation | None
    studies: bool
    mentored: tuple[Relation, ...]
    is_course_admin: bool

    @property
    def is_current(self) -> bool:
        """Whether they take part today: who only mentored before reads nothing about people."""
        return self.studies or bool(self.mentored) or self.is_course_admin


def course_to_read(user: User, slug: str, now: datetime, *, cohort_id: int | None = None) -> CourseAccess:
    """404 for strangers, and for all but its course admins if it is archived.

    A person who begins on a later day, or is enrolled without a group, reads what is not about people.

    Args:
        cohort_id: the cohort to read of; else the one they take part in, the one that began last before others.
    """
    course = get_object_or_404(Course, slug=slug)
    relations = relations_of(user, now)
    is_course_admin = relations.administers(course.pk)
    own = [row for row in relations if row.course == course and row.cohort]
    if is_course_admin:
        say_if_archived(user, course, now)
    rows = course.cohorts.filter(archived_at=None).select_related("course").prefetch_related("pauses")
    if not is_course_admin:
        enrolled = user.enrolments.filter(cohort__course__archived_at=None).values("cohort")
        rows = rows.filter(Q(pk__in={row.cohort.pk for row in own if row.cohort}) | Q(pk__in=enrolled))
    cohorts = tuple(rows.order_by("-starts_on", "-pk"))
    if not (own or cohorts or is_course_admin):
        refuse(user, f"read course {slug}", is_insider=relations.is_insider(course.pk))
    cohort = next((each for each in cohorts if each.pk == cohort_id), None) or max(
        cohorts,
        key=lambda each: (
            any(row.cohort == each and row.is_open(now) for row in own) or is_course_admin,
            not each.is_closed(today := each.today(now)),
            each.starts_on <= today,
            each.starts_on,
        ),
        default=None,
    )
    here = [row for row in own if row.cohort == cohort]
    stays = [row for row in here if row.kind is RelationKind.STUDIES]
    stay = max(stays, key=lambda row: (row.is_open(now), row.started_on or date.min), default=None)
    return CourseAccess(
        user=user,
        course=course,
        cohort=cohort,
        cohorts=cohorts,
        stay=stay,
        studies=stay is not None and stay.is_open(now),
        mentored=tuple(row for row in here if row.kind is RelationKind.MENTORS and row.is_open(now)),
        is_course_admin=is_course_admin,
    )
