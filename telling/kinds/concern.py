"""That there is something to read in confidence: who hears of it learns neither from whom nor what."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from groups.concern_access import concern_readers, concern_to_read
from groups.models import Concern
from people.models import Event, User
from telling.kinds.kind import Kind
from telling.mails import Mail, Part


def _concern(event: Event) -> Concern | None:
    concerns = Concern.objects.select_related("enrolment__cohort__course", "enrolment__person")
    return concerns.filter(pk=event.ids["concern"]).first()


def _is_answer(event: Event) -> bool:
    return event.kind == "concern_answered"


def _hearers(event: Event, now: datetime) -> Iterable[User]:
    concern = _concern(event)
    if concern is None:
        return []
    if _is_answer(event):
        return [concern.enrolment.person]
    return concern_readers(concern.enrolment, concern.told_at)


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    concern = _concern(event)
    if concern is None or (not _is_answer(event) and concern.answered_at is not None):
        return None
    concern_to_read(reader, concern.key)
    return Mail(
        subject="Your private message is answered" if _is_answer(event) else "A private message for you",
        parts=(Part("It is in Trefoil only, for those who may read it."),),
        label="Read it",
        path=reverse("groups:concern-detail", args=[concern.key]),
        why="because you wrote it" if _is_answer(event) else "because you may read it",
        again="",
    )


CONCERN = Kind(
    name="concern",
    label="A student writes to me privately, or mine is answered",
    whom="the course admins of that day who are in no group of the student, else the site admins; the student",
    soon="at once",
    roles=("course admin", "student"),
    events=("concern_told", "concern_answered"),
    hearers=_hearers,
    write=_write,
)
