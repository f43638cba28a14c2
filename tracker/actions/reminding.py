"""Remind the mentors of groups whose check-in is late. `telling` writes to them what is due, if it still is."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from courses.models import Cohort
from groups.models import Group
from people.models import Event, Message, User
from people.outbox import tell_each

EVENT = "check_in_reminded"
# Nobody is reminded of the same group again before.
PAUSE = timedelta(days=1)


def reminders(cohort: Cohort, since: datetime) -> dict[int, Event]:
    """Return the latest reminder of each group of the cohort since then, with its messages. Three queries."""
    events = Event.objects.filter(kind=EVENT, ids__cohort=cohort.pk, at__gt=since).order_by("at", "pk")
    return {event.ids["group"]: event for event in events.prefetch_related("messages__recipient")}


def reminder_label(event: Event, now: datetime, zone: ZoneInfo) -> str:
    """ "reminded today 10:02", or what became of the mails: "not delivered to Marta Pires: 550 no such user"."""
    sent = list(event.messages.all())
    at = event.at.astimezone(zone)
    when = f"{'today' if at.date() == now.astimezone(zone).date() else 'yesterday'} {at:%H:%M}"
    if event.told_at is not None and not sent:
        return "nobody was reminded: no mentor has signed in, or wants such e-mails"
    failed = [message for message in sent if message.state == Message.State.FAILED]
    if failed:
        names = " and ".join(str(message.recipient) for message in failed)
        return f"not delivered to {names}: {failed[0].reason}"
    is_sent = any(message.state == Message.State.SENT for message in sent)
    return f"reminded {when}" if is_sent else f"a reminder of {when} is on its way"


@transaction.atomic
def remind(*, cohort: Cohort, groups: Collection[Group], by: User, at: datetime) -> int:
    """Remind the mentors of these groups; return of how many groups. Not of those reminded within a day."""
    Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    reminded = reminders(cohort, at - PAUSE)
    late = [group.pk for group in groups if group.pk not in reminded]
    tell_each(EVENT, ({"cohort": cohort.pk, "group": pk} for pk in late), by=by, at=at)
    return len(late)
