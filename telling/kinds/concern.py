"""That there is something to read in confidence: who hears of it learns neither from whom nor what."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from groups.concern_access import concern_readers, concern_to_read, concerns_to_read
from groups.models import Concern, Group, Membership
from people.models import Event, User
from telling.kinds.kind import MailKind
from telling.mails import Mail, write_mail

# By these a course admin is one no longer, or comes near to a student: who stands in for them then reads what waits.
_LEFT = ("course_admin_removed", "mentor_began", "student_moved")


def _concern(event: Event) -> Concern:
    concerns = Concern.objects.select_related("enrolment__cohort__course", "enrolment__person")
    return concerns.get(pk=event.ids["concern"])


def _left_by(event: Event) -> QuerySet[Concern]:
    """Return the private messages that wait, and may have lost their last course admin by the event."""
    waiting = Concern.objects.filter(answered_at=None)
    waiting = waiting.select_related("enrolment__cohort__course", "enrolment__person").order_by("pk")
    if event.kind == "course_admin_removed":
        return waiting.filter(enrolment__cohort__course=event.ids["course"])
    if event.kind == "mentor_began":
        group = Group.objects.filter(mentorships=event.ids["mentorship"])
    else:
        group = Group.objects.filter(memberships=event.ids["membership"])
    of_group = Membership.objects.filter(group__in=group)
    return waiting.filter(enrolment__person__in=of_group.values("enrolment__person"))


def _substitute_readers(concern: Concern) -> list[User]:
    readers = concern_readers(concern.enrolment, concern.told_at)
    admins = concern.enrolment.cohort.course.admins
    return [] if admins.filter(person__in=readers).exists() else readers


def _is_answer(event: Event) -> bool:
    return event.kind == "concern_answered"


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    if event.kind in _LEFT:
        return {reader for concern in _left_by(event) for reader in _substitute_readers(concern)}
    concern = _concern(event)
    if _is_answer(event):
        return [concern.enrolment.person]
    return concern_readers(concern.enrolment, concern.told_at)


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    if event.kind in _LEFT:
        concern = _left_by(event).filter(pk__in=concerns_to_read(reader))[:1].get()
    else:
        concern = _concern(event)
    if not _is_answer(event) and concern.answered_at is not None:
        return None
    concern_to_read(reader, concern.key)
    path = reverse("groups:concern-detail", args=[concern.key])
    return write_mail("concern", reader, now, {"is_answer": _is_answer(event)}, path=path)


CONCERN = MailKind(
    name="concern",
    topic="help",
    label="A student writes to me privately, or my private message is answered",
    roles=("course admin", "student", "site admin"),
    events=("concern_told", "concern_answered", *_LEFT),
    recipients=_recipients,
    write=_write,
)
