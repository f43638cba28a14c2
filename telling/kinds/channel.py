from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse

from people.models import Event, User
from telling.access.channels import channel_to_lead
from telling.kinds.kind import Kind
from telling.mails import Mail, Part
from telling.models import Channel


def _channel(event: Event) -> Channel | None:
    return Channel.objects.select_related("made_by").filter(pk=event.ids["channel"]).first()


def _hearers(event: Event, now: datetime) -> Iterable[User]:
    channel = _channel(event)
    return [channel.made_by] if channel and channel.made_by else []


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    channel = channel_to_lead(reader, event.ids["channel"], now)
    if channel.switched_off_at is None:
        return None
    of = channel.of
    return Mail(
        subject=f"The chat of {of} is told nothing more",
        about=f"for {of}",
        parts=(
            Part(f"For a day nothing arrived in {channel}, so it was switched off."),
            Part(channel.failure, label="The last time", look="muted"),
        ),
        label="Mend the channel",
        path=reverse("telling:channel-edit", args=[channel.pk]),
        why="because you added this channel",
    )


CHANNEL = Kind(
    name="channel",
    label="A channel of mine in the chat was switched off, since nothing arrives",
    whom="who added or changed the channel last",
    soon="after a day of failing",
    roles=("mentor", "course admin"),
    events=("channel_switched_off",),
    thread=lambda event: f"channel {event.ids['channel']}",
    hearers=_hearers,
    write=_write,
)
