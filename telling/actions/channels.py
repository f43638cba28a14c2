"""Add and change channels, make the messages that they get of events, and post those."""

import re
import secrets
from base64 import b64encode
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.models import Course
from groups.models import Group
from lib.outgoing import OutgoingError, send
from people.models import Event, Message, User
from people.outbox import UNDONE, tell
from telling.chat.news import NEWS_OF, place_of
from telling.chat.wording import Post, body_of, headers_of
from telling.kinds import kinds_of
from telling.models import Channel
from telling.models.channel import new_post_id

# The kind of messages to channels.
POST = "post"
# How long a service may ask to be left alone, in seconds.
_LONGEST_PAUSE = 3600


class ChannelError(Exception):
    """A channel did not take a post; the message for people says why.

    Args:
        pause: how long it asked to be left alone.
        is_gone: it said that nothing will ever arrive there.
    """

    def __init__(self, reason: str, *, pause: timedelta = timedelta(0), is_gone: bool = False) -> None:
        super().__init__(reason)
        self.pause = pause
        self.is_gone = is_gone


@transaction.atomic
def add_channel(
    *, of: Group | Course, service: str, address: str, news: Collection[str], by: User, at: datetime
) -> Channel:
    """Add a channel. One for any program gets a secret, which its page shows once."""
    secret = f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
    return Channel.objects.create(
        group=of if isinstance(of, Group) else None,
        course=of if isinstance(of, Course) else None,
        service=service,
        address=address,
        secret=secret if service == Channel.Service.WEBHOOK else "",
        news=sorted(news),
        made_by=by,
        made_at=at,
    )


@transaction.atomic
def change_channel(*, channel: Channel, address: str, news: Collection[str], by: User) -> None:
    """Change what a channel is told, and its address unless that is blank; switch it on again."""
    channel.news, channel.made_by = sorted(news), by
    if address:
        channel.address = address
    channel.switched_off_at = channel.failing_since = None
    channel.failure = ""
    channel.save()


@transaction.atomic
def switch_off(*, channel: Channel, at: datetime) -> None:
    channel.switched_off_at = at
    channel.save(update_fields=["switched_off_at"])
    for message in channel.posts.waiting():
        message.end(Message.State.WITHDRAWN, at=at, reason="The channel was switched off.")


def switch_off_and_tell(*, channel: Channel, at: datetime) -> None:
    """Switch off what nobody asked to be switched off, and tell those who may set it right."""
    switch_off(channel=channel, at=at)
    tell("channel_switched_off", by=None, at=at, channel=channel.pk)


def end_channels(*, person: User, **kwargs: Any) -> None:
    """Switch off what was set up by somebody who held the account of the person."""
    for channel in Channel.objects.filter(made_by=person, switched_off_at=None):
        channel.made_by = None
        channel.save(update_fields=["made_by"])
        switch_off_and_tell(channel=channel, at=timezone.now())


def try_channel(*, channel: Channel, at: datetime) -> Message:
    """Have a post sent that says only that it arrives."""
    message = _message(channel, None, at)
    message.save()
    return message


def make_posts(event: Event, now: datetime) -> None:
    """Make the messages of an event to the channels that hear of it."""
    news = NEWS_OF.get(event.kind)
    if news is None:
        return
    group_id, course_id = place_of(event)
    hears = Q(group=group_id, group__isnull=False) if news.of_group else Q(pk__in=[])
    if news.of_course:
        hears |= Q(course=course_id, course__isnull=False)
    channels = Channel.objects.filter(hears, switched_off_at=None).order_by("pk")
    if undone := event.ids.get(UNDONE):
        sent = Message.objects.filter(event=undone, state=Message.State.SENT)
        channels = channels.filter(pk__in=sent.values("channel"))
    # News that may be undone are posted no sooner than they are mailed.
    waits = max((kind.waits for kind in kinds_of(event.kind)), default=timedelta())
    Message.objects.bulk_create(
        _message(channel, event, max(now, event.at + waits) if waits else now)
        for channel in channels
        if news.name in channel.news
    )


def _message(channel: Channel, event: Event | None, at: datetime) -> Message:
    return Message(
        channel=channel, event=event, kind=POST, message_id=new_post_id(), made_at=at, due_at=at,
        try_at=at,
    )  # fmt: skip


def send_post(post: Post, channel: Channel, *, post_id: str, at: datetime) -> None:
    """Send a post, and note on the channel that it arrived.

    Raises:
        ChannelError: it did not.
    """
    body = body_of(post, channel, at=at)
    try:
        reply = send(
            "POST", channel.address, body=body, headers=headers_of(body, channel, post_id=post_id, at=at)
        )
    except OutgoingError as error:
        raise ChannelError(str(error)) from error
    if 200 <= reply.status < 300:
        channel.note_success()
        return
    more = ": enter the address that it leads to" if 300 <= reply.status < 400 else ""
    seconds = int(reply.retry_after) if re.fullmatch("[0-9]{1,6}", reply.retry_after) else 0
    pause = timedelta(seconds=min(seconds, _LONGEST_PAUSE))
    raise ChannelError(f"It answers {reply.status}{more}.", pause=pause, is_gone=reply.status == 410)
