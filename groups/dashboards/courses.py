from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from courses.models import Cohort, Course, Milestone
from groups.models import Enrolment, Group
from lib.days import day_label
from people.models import User


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort with its numbers of groups and students. The students are those of today, or all for a closed cohort."""

    cohort: Cohort
    today: date
    group_count: int
    student_count: int

    @property
    def is_open(self) -> bool:
        return not self.cohort.is_closed(self.today)

    @property
    def when(self) -> str:
        if self.cohort.archived:
            return "archived"
        if not self.is_open:
            return f"ended on {day_label(self.cohort.closed_on or self.today, self.today)}"
        starts = day_label(self.cohort.starts_on, self.today)
        return f"begins {starts}" if self.today < self.cohort.starts_on else f"running since {starts}"

    @property
    def tone(self) -> str:
        return "ok" if self.is_open and self.cohort.starts_on <= self.today else "quiet"


def course_cards(person: User, now: datetime) -> list[tuple[Course, list[CohortLine]]]:
    """Return the courses that a person administers, with `milestone_count`, each with its cohorts. Two queries."""
    courses = (
        Course.objects.current()
        .administered_by(person)
        .annotate(milestone_count=Count("milestones", distinct=True))
        .order_by("title", "pk")
    )
    cohorts: dict[int, list[CohortLine]] = {course.pk: [] for course in courses}
    for line in cohort_lines(Cohort.objects.current().filter(course__admins__person=person), now):
        cohorts[line.cohort.course_id].append(line)
    return [(course, cohorts[course.pk]) for course in courses]


def cohort_lines(cohorts: QuerySet[Cohort], now: datetime) -> tuple[CohortLine, ...]:
    """Open cohorts come first, then the latest start. One query."""
    rows = (
        cohorts.select_related("course")
        .annotate(
            group_count=_count(Group.objects.all()),
            student_count=_count(Enrolment.objects.filter(ended_on=None)),
            enrolled_count=_count(Enrolment.objects.all()),
        )
        .order_by("-starts_on", "-pk")
    )
    lines = [_cohort_line(row, row.today(now)) for row in rows]
    return tuple(sorted(lines, key=lambda line: not line.is_open))


def _cohort_line(row: Any, today: date) -> CohortLine:
    students = row.enrolled_count if row.is_closed(today) else row.student_count
    return CohortLine(row, today, row.group_count, students)


def _count(rows: QuerySet[Any]) -> Combinable:
    """Count the rows of each cohort in a subquery, because counts over two joins multiply."""
    of_cohort = rows.filter(cohort=OuterRef("pk")).order_by().values("cohort")
    return Coalesce(Subquery(of_cohort.annotate(number=Count("pk")).values("number")), 0)


def milestones_of(course: Course) -> list[Milestone]:
    """Return the milestones with `material_count` and `retired_count`. One query."""
    return list(
        course.milestones.in_order().annotate(
            material_count=Count("materials", filter=Q(materials__retired_on=None)),
            retired_count=Count("materials", filter=Q(materials__retired_on__isnull=False)),
        )
    )
