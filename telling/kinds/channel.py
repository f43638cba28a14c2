from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from people.models import Event, User
from telling.access.channels import channel_to_lead, has_leader
from telling.kinds.in_groups import mentors_of
from telling.kinds.kind import MailKind
from telling.mails import Mail, Part
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
    of = channel.of
    return Mail(
        subject=f"{channel} is switched off for {of}",
        about=f"for {of}",
        parts=(
            Part(f"Nothing reached {channel} for a day, so it was switched off."),
            Part(channel.failure, label="Last error", look="muted"),
        )
        if channel.failing_since
        else (
            Part(f"The person who added {channel} can no longer do so, so it was switched off."),
            Part("Save it to post there again in your name, or remove it.", look="muted"),
        ),
        label="Open the channel",
        path=reverse("telling:channel-edit", args=[channel.pk]),
        why="because you added this channel" if channel.made_by == reader else f"because you lead {of}",
    )


CHANNEL = MailKind(
    name="channel",
    label="A channel I manage is switched off",
    roles=("mentor", "course admin"),
    events=("channel_switched_off",),
    thread=lambda event: f"channel {event.ids['channel']}",
    recipients=_recipients,
    write=_write,
)
