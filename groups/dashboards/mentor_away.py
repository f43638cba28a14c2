from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from courses.models import CourseAdmin
from groups.models import MentorAway, Mentorship
from lib.days import day_range_label


@dataclass(frozen=True, slots=True)
class MentorAwayPage:
    """The mentor's days away, and the course admins to ask. `today` is the earliest date in their cohorts."""

    today: date
    mentors_any: bool
    # Each with its days in words.
    away: list[tuple[MentorAway, str]]
    helpers: QuerySet[CourseAdmin]


def mentor_away_page(*, mentorships: Iterable[Mentorship], now: datetime) -> MentorAwayPage:
    groups = [mentorship.group for mentorship in mentorships]
    today = min((group.cohort.today(now) for group in groups), default=now.date())
    away = (
        MentorAway.objects.filter(mentorship__in=list(mentorships), ends_on__gte=today)
        .select_related("mentorship__group")
        .order_by("starts_on", "pk")
    )
    admins = CourseAdmin.objects.filter(course__in={group.cohort.course_id for group in groups})
    return MentorAwayPage(
        today=today,
        mentors_any=bool(groups),
        away=[(row, day_range_label(row.starts_on, row.ends_on, today)) for row in away],
        helpers=admins.select_related("person", "course").order_by("course__title", "person__name"),
    )
