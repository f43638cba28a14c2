"""Remind mentors of a student, or of a check-in that is late. `telling` writes to them what still holds by then."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from courses.models import Cohort
from groups.models import Group
from lib.days import moment_label
from lib.text import joined
from people.models import Event, MailChoice, Message, User
from people.outbox import tell_each

CHECK_IN, STUDENT = "check_in_reminded", "student_reminded"
# The subject of each, in the ids of its event.
_ABOUT = {CHECK_IN: "group", STUDENT: "enrolment"}
# The kind of mail by which people choose whether they want reminders: that of check-ins to log.
CHOICE = "log"
# Nobody is reminded of the same group or student again before.
PAUSE = timedelta(days=1)
NOBODY = "nobody was reminded: no mentor is available and gets these e-mails"


def reminders(kind: str, cohort: Cohort, since: datetime) -> dict[int, Event]:
    """Return the latest since then by the id of the group or enrolment, with its messages."""
    events = Event.objects.filter(kind=kind, ids__cohort=cohort.pk, at__gt=since).order_by("at", "pk")
    return {event.ids[_ABOUT[kind]]: event for event in events.prefetch_related("messages__recipient")}


def reminder_label(event: Event, now: datetime, zone: ZoneInfo) -> str:
    """ "reminded today at 10:02", or what became of the mails: "not delivered to Marta Pires: 550 no such user"."""
    sent = list(event.messages.all())
    when = moment_label(event.at, now, zone)
    if event.told_at is not None and not sent:
        return NOBODY
    failed = [message for message in sent if message.state == Message.State.FAILED]
    if failed:
        names = joined(message.recipient for message in failed)
        return f"not delivered to {names}: {failed[0].reason}"
    is_sent = any(message.state == Message.State.SENT for message in sent)
    return f"reminded {when}" if is_sent else f"a reminder of {when} is on its way"


def mentors_to_remind(group: Group, now: datetime) -> QuerySet[User]:
    """Return today's mentors of the group whom a reminder reaches: not who is away, or wants none of these mails."""
    mentors = group.mentors_on(group.cohort.today(now))
    never = MailChoice.objects.filter(person=OuterRef("pk"), kind=CHOICE, soon=MailChoice.Soon.NEVER)
    people: QuerySet[User] = User.objects.mailable().filter(~Exists(never), pk__in=mentors.values("person"))
    return people.order_by("pk") if settings.SENDS_MAIL else people.none()


@transaction.atomic
def remind(kind: str, *, cohort: Cohort, about: Collection[int], by: User, at: datetime) -> int:
    """Remind the mentors of these groups or enrolments; return of how many. Not of those reminded within a day."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    reminded = reminders(kind, cohort, at - PAUSE)
    left = [pk for pk in about if pk not in reminded]
    tell_each(kind, ({"cohort": cohort.pk, _ABOUT[kind]: pk} for pk in left), by=by, at=at)
    return len(left)
