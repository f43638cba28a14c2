"""What people see who study in no group today: the courses they are or were in, and the way back in."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Prefetch

from courses.models import Course, CourseAdmin
from groups.models import Enrolment, Membership
from lib.days import day_label
from people.models import User


@dataclass(frozen=True, slots=True)
class OwnEnrolment:
    """An enrolment of the reader. `text` says how it is with it today, `admins` are the people to write to.

    `took_part`: they read the page of the course, since they are or were in a group.
    """

    enrolment: Enrolment
    text: str
    admins: tuple[User, ...]
    took_part: bool

    @property
    def course(self) -> Course:
        return self.enrolment.cohort.course


def own_enrolments(person: User, now: datetime) -> tuple[OwnEnrolment, ...]:
    """Return the enrolments of a person, the latest first. Three queries."""
    admins = CourseAdmin.objects.filter(person__is_active=True).select_related("person")
    rows = (
        Enrolment.objects.filter(person=person, cohort__archived_at=None, cohort__course__archived_at=None)
        .select_related("cohort__course")
        .prefetch_related(
            Prefetch("memberships", Membership.objects.select_related("group").order_by("started_on", "pk")),
            Prefetch("cohort__course__admins", admins.order_by("person__name", "pk")),
        )
        .order_by("-started_on", "-pk")
    )
    return tuple(
        OwnEnrolment(
            enrolment=row,
            text=_how_it_is(row, row.cohort.today(now)),
            admins=tuple(admin.person for admin in row.cohort.course.admins.all()),
            took_part=_took_part(row, now),
        )
        for row in rows
    )


def _took_part(enrolment: Enrolment, now: datetime) -> bool:
    today = enrolment.cohort.today(now)
    return any(stay.started_on <= today for stay in enrolment.memberships.all())


def _how_it_is(enrolment: Enrolment, today: date) -> str:
    stays = list(enrolment.memberships.all())
    last = stays[-1] if stays else None
    if enrolment.ended_on is not None and enrolment.ended_on <= today:
        ended = day_label(enrolment.ended_on, today)
        group = f" Your last group was {last.group}." if last else ""
        closed = enrolment.cohort.closed_on
        closing = (
            f" {enrolment.cohort} closed on {day_label(closed, today)}." if closed and closed <= today else ""
        )
        if enrolment.end_reason == Enrolment.EndReason.FINISHED:
            return f"You finished on {ended}.{group}{closing}"
        return f"You left on {ended}.{group}{closing}"
    if last is not None and today < last.started_on:
        return f"You join {last.group} on {day_label(last.started_on, today)}. Your week begins then."
    if last is not None and last.ended_on is not None and last.ended_on <= today:
        return f"You left {last.group} on {day_label(last.ended_on, today)}. Your progress is kept."
    if last is None:
        return "You are enrolled. Your week appears here once a course admin adds you to a group."
    return f"You are in {last.group}."
