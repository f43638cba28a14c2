"""Add and change channels, and say what they are told: make posts of events, and send them.

A post is claimed before it is sent, as a mail is (`telling.actions.sending`). A channel that fails for a day is
switched off, and who made it is told.
"""

import logging
import re
import secrets
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from courses.models import Course
from groups.models import Group
from lib.outgoing import OutgoingError, Reply, send
from people.models import Event, User
from people.outbox import tell
from telling.actions.sending import CLAIM, GIVEN_UP_AFTER, pause_after
from telling.chat import NEWS_OF, Post
from telling.chat.wording import body_of, headers_of
from telling.models import Channel, ChannelPost

logger = logging.getLogger("trefoil.telling")

_ROUND = 100
# Seconds.
_LONGEST_ROUND = 20
# How long a service may ask to be left alone.
_LONGEST_PAUSE = 3600


@transaction.atomic
def add_channel(
    *, of: Group | Course, service: str, address: str, news: Collection[str], by: User, at: datetime
) -> Channel:
    """Add a channel. One for any program gets a secret, which its page shows once."""
    return Channel.objects.create(
        group=of if isinstance(of, Group) else None,
        course=of if isinstance(of, Course) else None,
        service=service,
        address=address,
        secret=new_secret() if service == Channel.Service.WEBHOOK else "",
        news=sorted(news),
        made_by=by,
        made_at=at,
    )


def new_secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


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
    for post in channel.posts.filter(state=ChannelPost.State.WAITING):
        post.end(ChannelPost.State.WITHDRAWN, at=at, reason="The channel was switched off.")


def try_channel(*, channel: Channel, at: datetime) -> ChannelPost:
    """Have a post sent that says only that it arrives."""
    return ChannelPost.objects.create(channel=channel, made_at=at, try_at=at)


def make_posts(event: Event, now: datetime) -> int:
    """Make the posts of an event for the channels that hear of it. What they say is written when they are sent."""
    news = NEWS_OF.get(event.kind)
    if news is None:
        return 0
    group_id, course_id = news.where(event)
    of_course = Q(course=course_id) if news.write_for_course is not None else Q(pk__in=[])
    channels = Channel.objects.filter(
        Q(group=group_id, group__isnull=False) | of_course & Q(course__isnull=False)
    )
    posts = [
        ChannelPost(channel=channel, event=event, made_at=now, try_at=now)
        for channel in channels.filter(switched_off_at=None).order_by("pk")
        if news.name in channel.news
    ]
    return len(ChannelPost.objects.bulk_create(posts))


def send_posts(now: datetime) -> str:
    """Send what is due, and say what became of it. A channel that does not answer has to wait, others have not.

    A round ends after some seconds, so that other jobs of the worker get their turn.
    """
    began = time.monotonic()
    done: Counter[str] = Counter()
    failed: set[int] = set()
    due = list(ChannelPost.objects.due(now).order_by("try_at", "pk").values_list("pk", "channel")[:_ROUND])
    for pk, channel_id in due:
        if time.monotonic() - began > _LONGEST_ROUND:
            break
        if channel_id in failed:
            continue
        post = _claim(pk, now)
        if post is None:
            continue
        try:
            is_answered = _send(post, now)
        except Exception as error:
            # One post that cannot be written keeps no other waiting. The log has no words of it.
            logger.exception("could not write post %s", post.pk)
            post.end(
                ChannelPost.State.FAILED, at=now, reason=f"It could not be written: {type(error).__name__}"
            )
            is_answered = True
        if not is_answered:
            failed.add(channel_id)
        done[post.get_state_display() if post.ended_at else "tried again later"] += 1
    return ", ".join(f"{count} {what}" for what, count in done.items())


def _claim(pk: int, now: datetime) -> ChannelPost | None:
    free = ChannelPost.objects.due(now).filter(Q(claimed_at=None) | Q(claimed_at__lte=now - CLAIM), pk=pk)
    if not free.update(claimed_at=now, tries=F("tries") + 1):
        return None
    return ChannelPost.objects.select_related(
        "event", "channel__group__cohort__course", "channel__course"
    ).get(pk=pk)


def _send(post: ChannelPost, now: datetime) -> bool:
    """Send a claimed post. Return whether its channel answers."""
    channel = post.channel
    if now > post.made_at + GIVEN_UP_AFTER:
        post.end(ChannelPost.State.FAILED, at=now, reason="It waited for more than a day.")
        return True
    written = _written(post, now)
    if written is None:
        post.end(
            ChannelPost.State.WITHDRAWN, at=now, reason="It is no longer true, or not for all who read there."
        )
        return True
    body = body_of(written, channel, at=now)
    headers = headers_of(body, channel, post_id=post.post_id, at=now)
    try:
        reply = send("POST", channel.address, body=body, headers=headers)
    except OutgoingError as error:
        _failed(post, str(error), now)
        return False
    if 200 <= reply.status < 300:
        post.end(ChannelPost.State.SENT, at=now)
        channel.note_success()
        return True
    _failed(post, _said(reply), now, pause=_asked_pause(reply), is_gone=reply.status == 410)
    return False


def _written(post: ChannelPost, now: datetime) -> Post | None:
    channel = post.channel
    if post.event is None:
        of = channel.group or channel.course
        path = "" if of is None else of.get_absolute_url()
        return Post(type="channel.tried", says="Trefoil writes into this channel", about=str(of), path=path)
    return NEWS_OF[post.event.kind].write(channel, post.event, now)


def _said(reply: Reply) -> str:
    if 300 <= reply.status < 400:
        return f"It answers {reply.status}: enter the address that it leads to."
    return f"It answers {reply.status}."


def _asked_pause(reply: Reply) -> timedelta:
    seconds = int(reply.retry_after) if re.fullmatch("[0-9]{1,6}", reply.retry_after) else 0
    return timedelta(seconds=min(seconds, _LONGEST_PAUSE))


@transaction.atomic
def _failed(
    post: ChannelPost, reason: str, now: datetime, *, pause: timedelta = timedelta(0), is_gone: bool = False
) -> None:
    """Note why nothing arrived. A try is not repeated; a channel that failed for a day is switched off."""
    channel = post.channel
    channel.note_failure(reason, at=now)
    if post.event is None:
        post.end(ChannelPost.State.FAILED, at=now, reason=reason)
        return
    since = channel.failing_since or now
    if is_gone or now >= since + GIVEN_UP_AFTER:
        post.end(ChannelPost.State.FAILED, at=now, reason=reason)
        switch_off(channel=channel, at=now)
        tell("channel_switched_off", by=None, at=now, channel=channel.pk)
        return
    post.try_at = now + max(pause, pause_after(post.tries))
    post.claimed_at, post.reason = None, reason[:300]
    post.save(update_fields=["try_at", "claimed_at", "reason"])
