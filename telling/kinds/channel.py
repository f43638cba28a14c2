from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from people.models import Event, User
from telling.access.channels import channel_to_lead, has_leader
from telling.kinds.in_groups import mentors_of
from telling.kinds.kind import MailKind, never_urgent
from telling.mails import Mail, write_mail
from telling.models import Channel


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    channels = Channel.objects.select_related("made_by", "group__cohort", "course")
    channel = channels.get(pk=event.ids["channel"])
    if channel.made_by and has_leader(channel, now):
        return [channel.made_by]
    if channel.group:
        return mentors_of(channel.group, now)
    admins: Iterable[User] = User.objects.filter(course_adminships__course=channel.course)
    return admins


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    channel = channel_to_lead(reader, event.ids["channel"], now)
    if channel.switched_off_at is None:
        return None
    path = reverse("telling:channel-edit", args=[channel.pk])
    return write_mail("channel", reader, now, {"channel": channel}, path=path, about=channel.of)


CHANNEL = MailKind(
    name="channel",
    topic="questions",
    label="A channel I manage is switched off",
    roles=("mentor", "course admin"),
    events=("channel_switched_off",),
    thread=lambda event: f"channel {event.ids['channel']}",
    is_urgent=never_urgent,
    recipients=_recipients,
    write=_write,
)
