"""Mails about when a group meets: that its meeting is set, and that a mentor asks when one can."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from groups.access import group_to_meet, group_to_read, refuse_if_closed
from groups.actions.reminding import people_to_ask
from groups.meetings import every_week_at
from groups.times import zone_for
from people.models import Event, User
from telling.mails import Mail, write_mail


def write_meeting_set(reader: User, event: Event, now: datetime) -> Mail | None:
    group = group_to_read(reader, event.ids["group"], now).group
    meeting = group.regular_meeting
    if meeting is None:
        return None
    context: dict[str, object] = {"calendar": reverse("telling:calendar-feed")}
    if meeting.at:
        today = group.cohort.today(now)
        days = (today + timedelta(days=number) for number in range(7))
        first = next(day for day in days if day.weekday() in meeting.weekdays)
        there = datetime.combine(first, meeting.at, ZoneInfo(group.cohort.time_zone))
        here = there.astimezone(zone_for(reader, group.cohort))
        if here.utcoffset() != there.utcoffset():
            context["for_reader"] = every_week_at(here)
    path = group.get_absolute_url()
    return write_mail("meeting_set", reader, now, context, path=path, group=group, reply_to=event.by)


def write_times(reader: User, event: Event, now: datetime) -> Mail | None:
    """None if they have said it meanwhile, or the meeting is set."""
    group = group_to_meet(reader, event.ids["group"], now).group
    refuse_if_closed(reader, group.cohort, now)
    if group.regular_meeting or reader not in people_to_ask(group, now):
        return None
    return write_mail(
        "times_reminded",
        reader,
        now,
        {"by": event.by},
        path=reverse("groups:find-a-time", args=[group.pk]),
        group=group,
        reply_to=event.by,
        again="You get at most one reminder a day.",
    )
