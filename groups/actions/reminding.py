"""Remind mentors of a student or a late check-in, and the people of a group of saying when they can meet.

`telling` writes to them what still holds by then.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import Cohort
from groups.models import Absence, Group
from groups.times import zone_of_slots
from lib.days import moment_label
from lib.text import joined
from people.models import Event, MailChoice, Message, User
from people.outbox import tell_each

CHECK_IN, STUDENT, TIMES = "check_in_reminded", "student_reminded", "times_reminded"
# The subject of each, in the ids of its event.
_ABOUT = {CHECK_IN: "group", STUDENT: "enrolment", TIMES: "group"}
# The kinds of mail by which people choose whether they want reminders: of check-ins to log, and of their group.
CHOICE, GROUP_CHOICE = "log", "group"
# Nobody is reminded of the same group or student again before.
PAUSE = timedelta(days=1)
NOBODY = "nobody was reminded: no mentor is available and gets these e-mails"
ALREADY = "Already reminded within a day. Nobody is reminded twice a day."


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


def remind_label(people: Sequence[User]) -> str:
    """ "Remind Marta", "Remind both", "Remind all 3"."""
    if len(people) == 1:
        return f"Remind {people[0].get_short_name()}"
    return "Remind both" if len(people) == 2 else f"Remind all {len(people)}"


def mentors_to_remind(group: Group, now: datetime) -> QuerySet[User]:
    """Return today's mentors of the group whom a reminder reaches: not who is away, or wants none of these mails."""
    return _reached(Q(pk__in=group.mentors_on(group.cohort.today(now)).values("person")), CHOICE)


def people_to_ask(group: Group, now: datetime) -> QuerySet[User]:
    """Return who of the group has not said when they can meet, and whom a reminder reaches as it does mentors."""
    today = group.cohort.today(now)
    away = Absence.objects.overlapping(today, today).filter(enrolment=OuterRef("enrolment"))
    students = group.members_on(today).filter(~Exists(away)).values("enrolment__person")
    said = group.free_times.filter(time_zone=str(zone_of_slots(group, today))).values("person")
    here = Q(pk__in=students) | Q(pk__in=group.mentors_on(today).values("person"))
    return _reached(here & ~Q(pk__in=said), GROUP_CHOICE)


def _reached(people: Q, kind: str) -> QuerySet[User]:
    never = MailChoice.objects.filter(person=OuterRef("pk"), kind=kind, soon=MailChoice.Soon.NEVER)
    found: QuerySet[User] = User.objects.mailable().filter(people, ~Exists(never)).order_by("pk")
    return found if settings.SENDS_MAIL else found.none()


@transaction.atomic
def remind(kind: str, *, cohort: Cohort, about: Collection[int], by: User, at: datetime) -> int:
    """Remind of these groups or enrolments; return of how many. Not of those reminded of within a day."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    reminded = reminders(kind, cohort, at - PAUSE)
    left = [pk for pk in about if pk not in reminded]
    tell_each(kind, ({"cohort": cohort.pk, _ABOUT[kind]: pk} for pk in left), by=by, at=at)
    return len(left)
