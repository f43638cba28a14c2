from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from courses.models import CourseAdmin
from groups.models import MentorAway, Mentorship
from lib.days import day_range_label


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysAway:
    id: int
    group_name: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverHelper:
    name: str
    email: str
    course_title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MentorAwayPage:
    """The mentor's days away, and the course admins to ask. `today` is the earliest date in their cohorts."""

    today: date
    mentors_any: bool
    away: tuple[DaysAway, ...]
    helpers: tuple[CoverHelper, ...]


def mentor_away_page(*, mentorships: Iterable[Mentorship], now: datetime) -> MentorAwayPage:
    groups = {mentorship.pk: mentorship.group for mentorship in mentorships}
    today = min((group.cohort.today(now) for group in groups.values()), default=now.date())
    away = MentorAway.objects.filter(mentorship__in=groups, ends_on__gte=today).order_by("starts_on", "pk")
    admins = (
        CourseAdmin.objects.filter(course__in={group.cohort.course_id for group in groups.values()})
        .select_related("person", "course")
        .order_by("course__title", "person__name")
    )
    return MentorAwayPage(
        today=today,
        mentors_any=bool(groups),
        away=tuple(
            DaysAway(
                id=row.pk,
                group_name=groups[row.mentorship_id].name,
                label=day_range_label(row.starts_on, row.ends_on, today),
            )
            for row in away
        ),
        helpers=tuple(
            CoverHelper(name=row.person.name, email=row.person.email, course_title=row.course.title)
            for row in admins
        ),
    )
