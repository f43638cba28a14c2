"""Of each kind of mail, one of what is in the database: for tests, and for the pictures of docs (bin/pictures.py)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Manager, QuerySet
from django.http import Http404
from django.template.loader import render_to_string
from django.utils.text import slugify

from courses.models import CourseAdmin
from groups.models import Absence, Closing, Concern, Group, Membership, MentorAway, Mentorship, PlanChange
from people.models import Event, User
from questions.models import Answer, Ask, MaterialChange, Question
from telling.kinds import KINDS
from telling.kinds.kind import MORNING, MailKind
from telling.mails import UNTIL_OPENED, Mail
from telling.models import Channel
from tracker.models import CheckIn, CodeReview, Progress

# Rows that are looked through for a mail, the latest first.
_MOST = 60
_WEEK = 7

# The rows an event may tell of, and the ids that it would have.
_ROWS: dict[str, tuple[Manager[Any] | QuerySet[Any], Callable[[Any], dict[str, int]]]] = {
    "help_needed": (Progress.objects.requests_for_help(), lambda row: {"enrolment": row.enrolment_id}),
    "question_asked": (Ask.objects, lambda row: {"ask": row.pk}),
    "question_answered": (Answer.objects, lambda row: {"answer": row.pk}),
    "help_settled": (
        Progress.objects,
        lambda row: {"enrolment": row.enrolment_id, "milestone": row.milestone_id},
    ),
    "material_changed": (MaterialChange.objects, lambda row: {"change": row.pk}),
    "review_asked": (CodeReview.objects, lambda row: {"review": row.pk}),
    "review_changes_asked": (CodeReview.objects, lambda row: {"review": row.pk}),
    "review_approved": (CodeReview.objects, lambda row: {"review": row.pk}),
    "check_in_logged": (CheckIn.objects, lambda row: {"check_in": row.pk}),
    "meeting_changed": (CheckIn.objects.exclude(outcome="held"), lambda row: {"check_in": row.pk}),
    "group_formed": (Group.objects, lambda row: {"group": row.pk}),
    "meeting_set": (Group.objects, lambda row: {"group": row.pk}),
    "times_reminded": (Group.objects, lambda row: {"group": row.pk}),
    "student_moved": (Membership.objects, lambda row: {"membership": row.pk}),
    "student_left": (Membership.objects, lambda row: {"enrolment": row.enrolment_id, "membership": row.pk}),
    "mentor_began": (Mentorship.objects, lambda row: {"mentorship": row.pk}),
    "student_away": (Absence.objects, lambda row: {"absence": row.pk, "enrolment": row.enrolment_id}),
    "mentor_away": (MentorAway.objects, lambda row: {"away": row.pk}),
    "dates_changed": (PlanChange.objects, lambda row: {"group": row.group_id, "plan_change": row.pk}),
    "cohort_closed": (Closing.objects, lambda row: {"closing": row.pk}),
    "request_answered": (CheckIn.objects, lambda row: {"check_in": row.pk}),
    "promise_passed": (Question.objects, lambda row: {"question": row.pk, "times": 1}),
    "channel_switched_off": (Channel.objects, lambda row: {"channel": row.pk}),
    "concern_told": (Concern.objects, lambda row: {"concern": row.pk}),
    "concern_answered": (Concern.objects, lambda row: {"concern": row.pk}),
    "course_admin_added": (
        CourseAdmin.objects,
        lambda row: {"course": row.course_id, "person": row.person_id},
    ),
    "check_in_reminded": (Group.objects, lambda row: {"group": row.pk}),
    "student_reminded": (Progress.objects.requests_for_help(), lambda row: {"enrolment": row.enrolment_id}),
}

_PEOPLE = {
    "student": User.objects.filter(enrolments__isnull=False, mentorships=None),
    "mentor": User.objects.filter(mentorships__isnull=False),
    "course admin": User.objects.filter(course_adminships__isnull=False),
}


def samples(now: datetime) -> Iterator[tuple[str, MailKind, Mail]]:
    """Write a mail for each kind of event, and for each role in the morning, with a name for its address."""
    for kind in KINDS.values():
        for name in kind.events:
            if name in _ROWS and (mail := _of_event(kind, name, now)):
                yield name, kind, mail
        if kind.on_mornings:
            for role in kind.roles:
                if mail := _of_morning(kind, role, now):
                    yield slugify(f"{kind.name} {role}"), kind, mail


def _of_event(kind: MailKind, name: str, now: datetime) -> Mail | None:
    rows, ids = _ROWS[name]
    admin = _PEOPLE["course admin"].first()
    for row in rows.order_by("-pk")[:_MOST]:
        # It is not saved: nobody was told of anything before it.
        event = Event(pk=0, kind=name, ids=ids(row), by=admin, at=now)
        if mail := _first(kind, event, kind.recipients_of(event, now), now):
            return mail
    return None


def _of_morning(kind: MailKind, role: str, now: datetime) -> Mail | None:
    """On one of the next seven mornings."""
    people = _PEOPLE[role].order_by("pk").in_bulk()
    for days in range(_WEEK):
        at = now.replace(hour=8) + timedelta(days=days)
        hear = set(kind.on_mornings(people, at.date(), at)) if kind.on_mornings else set()
        readers = [person for pk, person in people.items() if pk in hear]
        if mail := _first(kind, Event(kind=MORNING, at=at), readers, at):
            return mail
    return None


def _first(kind: MailKind, event: Event, readers: Iterable[User], now: datetime) -> Mail | None:
    for reader in readers:
        try:
            mail = kind.write(reader, event, now)
        except (Http404, PermissionDenied):
            continue
        if mail is not None:
            return replace(mail, again=UNTIL_OPENED) if kind.thread_of(event) else mail
    return None


def rendered(mail: Mail, ext: str) -> str:
    return render_to_string(f"telling/mail.{ext}", {"mail": mail, "stop": "/stop/"})
