"""Courses of people who study in no group today, and the way back in."""

from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch

from courses.models import CourseAdmin
from groups.models import Enrolment, Membership
from groups.relations import relations_of
from lib.days import day_label
from people.models import User
from tracker.beginning import beginnings_of

# Of the first milestone, to read before the group begins.
_MATERIALS = 3


def own_enrolments(person: User, now: datetime) -> list[dict[str, Any]]:
    """Return the enrolments of a person, the latest first.

    `text` says how it is with it today, `admins` are the people to write to. `has_group`: they are, were or will be in
    one. `beginning` is that of the group in which they begin on a later day, `materials` are its first ones.
    """
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
    joins = {row.enrolment_id: row.group_id for row in relations_of(person, now) if not row.has_begun(now)}
    found = beginnings_of(person, [pk for pk in joins.values() if pk], now) if joins else {}
    own = []
    for row in rows:
        beginning = found.get(joins.get(row.pk) or 0)
        first = beginning.first.milestone.materials.in_use() if beginning and beginning.first else None
        own.append(
            {
                "enrolment": row,
                "course": row.cohort.course,
                "text": beginning.who() if beginning else _enrolment_words(row, row.cohort.today(now)),
                "admins": [admin.person for admin in row.cohort.course.admins.all()],
                "has_ended": row.has_ended(row.cohort.today(now)),
                "has_group": bool(row.memberships.all()),
                "beginning": beginning,
                "materials": list(first.in_order().exclude(url="")[:_MATERIALS]) if first is not None else [],
            }
        )
    return own


def _enrolment_words(enrolment: Enrolment, today: date) -> str:
    stays = list(enrolment.memberships.all())
    last = stays[-1] if stays else None
    if enrolment.ended_on is not None and enrolment.has_ended(today):
        ended = day_label(enrolment.ended_on, today)
        group = f" Your last group was {last.group}." if last else ""
        closed = enrolment.cohort.closed_on
        closing = (
            f" {enrolment.cohort} closed on {day_label(closed, today)}." if closed and closed <= today else ""
        )
        if enrolment.end_reason == Enrolment.EndReason.FINISHED:
            return f"You finished on {ended}.{group}{closing}"
        return f"You left on {ended}.{group}{closing}"
    if last is not None and last.ended_on is not None and last.has_ended(today):
        return f"You left {last.group} on {day_label(last.ended_on, today)}. Your progress is kept."
    if last is None:
        return "You are enrolled. Your week appears here once a course admin adds you to a group."
    return f"You are in {last.group}."
