from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet

from courses.models import Cohort, Course
from groups.models import Enrolment, Group
from lib.counting import count_of
from lib.days import day_label
from people.models import User


def course_cards(person: User, now: datetime) -> list[tuple[Course, list[Cohort]]]:
    """Return the courses that a person administers, with `milestone_count`, each with its cohorts."""
    courses = (
        Course.objects.current()
        .administered_by(person)
        .annotate(milestone_count=Count("milestones", distinct=True))
        .order_by("title", "pk")
    )
    cohorts: dict[int, list[Cohort]] = {course.pk: [] for course in courses}
    for cohort in cohorts_of(Cohort.objects.current().filter(course__admins__person=person), now):
        cohorts[cohort.course_id].append(cohort)
    return [(course, cohorts[course.pk]) for course in courses]


def cohorts_of(cohorts: QuerySet[Cohort], now: datetime) -> list[Cohort]:
    """Return cohorts, open ones first, then by the latest start.

    Each has `when`, `group_count` and `student_count`: the students of today, or all of a closed cohort.
    """
    of_cohort = {"cohort": OuterRef("pk")}
    rows: Any = (
        cohorts.select_related("course")
        .annotate(
            group_count=count_of(Group.objects.filter(**of_cohort)),
            student_count=count_of(Enrolment.objects.not_ended(now.date()).filter(**of_cohort)),
            enrolled_count=count_of(Enrolment.objects.filter(**of_cohort)),
        )
        .order_by("-starts_on", "-pk")
    )
    for row in rows:
        today = row.today(now)
        starts = day_label(row.starts_on, today)
        row.when = f"begins {starts}" if today < row.starts_on else f"running since {starts}"
        if row.is_closed(today):
            row.student_count = row.enrolled_count
            row.when = f"ended on {day_label(row.closed_on or today, today)}"
    return sorted(rows, key=lambda row: bool(row.is_closed(row.today(now))))
