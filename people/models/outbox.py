"""The outbox: an event, written in the transaction that did it, and its messages.

The actions of all apps write events by `people.outbox`; the app `telling` decides who hears of them, and sends.
"""

from datetime import datetime
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils import timezone

from lib.references import ALL
from lib.texts import NO_NAMES, SHARED, Personal


class Event(models.Model):
    """Something that happened and may be told. It holds primary keys only: whoever is told reads through `access`."""

    kind = models.CharField(max_length=40)
    # Primary keys by name, or lists of them.
    ids = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="events_caused"
    )
    at = models.DateTimeField()
    # Set once the worker has worked out its readers.
    told_at = models.DateTimeField(null=True)
    # The error of that work.
    failure = models.CharField(max_length=300, blank=True)

    texts = {"kind": NO_NAMES, "ids": NO_NAMES, "failure": SHARED}
    goes_along = {"by": ALL}

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=models.Q(told_at=None), name="event_untold"),
            models.Index(fields=["at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ids}"


def new_message_id() -> str:
    return make_msgid(domain=urlsplit(settings.SITE_URL).hostname or "localhost")


class MessageQuerySet(models.QuerySet["Message"]):
    def waiting(self) -> "MessageQuerySet":
        return self.filter(state=Message.State.WAITING)

    def due(self, now: datetime) -> "MessageQuerySet":
        return self.waiting().filter(try_at__lte=now)


class Message(models.Model):
    """One mail to one person, or one post into a channel of a chat.

    A mail of an account holds its own words until it is sent; all else is written then.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DIGEST = "digest", "for a summary"
        SENT = "sent", "sent"
        FAILED = "failed", "failed"
        DROPPED = "dropped", "removed"
        WITHDRAWN = "withdrawn", "withdrawn"

    # None: a post, or a mail of an account to an address that nobody has proved.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="messages"
    )
    # The channel is of an app above this one: here it is but a key. A post without an event is a try.
    channel = models.ForeignKey("telling.Channel", null=True, on_delete=models.CASCADE, related_name="posts")
    kind = models.CharField(max_length=40)
    # Names what it is about: until the reader has looked at that, no other mail about it is sent for a day.
    thread = models.CharField(max_length=80, blank=True)
    event = models.ForeignKey(Event, null=True, on_delete=models.CASCADE, related_name="messages")
    # Of mails of an account only; erased when it is sent or given up.
    address = models.EmailField(blank=True)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)

    made_at = models.DateTimeField(default=timezone.now)
    # The earliest time to send it, and the next attempt.
    due_at = models.DateTimeField()
    try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Set while a worker sends it. A worker that was killed leaves it; then it is sent once more.
    claimed_at = models.DateTimeField(null=True)
    is_again = models.BooleanField(default=False)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    # The reason that it is not sent, for site admins.
    reason = models.CharField(max_length=300, blank=True)
    # The Message-ID of a mail; of a post, the id by which a program knows it again.
    message_id = models.CharField(max_length=200, default=new_message_id)
    # The time at which it was sent, given up, removed or withdrawn.
    ended_at = models.DateTimeField(null=True)
    # The time at which the reader opened its page.
    looked_at = models.DateTimeField(null=True)

    texts = {
        "kind": NO_NAMES,
        "thread": NO_NAMES,
        "address": SHARED,
        "subject": Personal(is_secret=True),
        "body": Personal(is_secret=True),
        "reason": SHARED,
        "message_id": NO_NAMES,
    }
    told = ("kind",)
    unshown = ("reason",)
    goes_with = ("recipient",)
    goes_along = {"recipient": ALL, "event": ALL, "channel": ALL}
    objects = MessageQuerySet.as_manager()

    class Meta:
        permissions = [("handle_outbox", "Can see the outbox, send again and remove")]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "recipient", "kind"], name="message_once_a_recipient_and_event"
            ),
            models.UniqueConstraint(fields=["channel", "event"], name="message_once_a_channel_and_event"),
            models.CheckConstraint(
                condition=models.Q(recipient=None) | models.Q(channel=None),
                name="message_to_person_or_channel",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "digest"], ended_at=None)
                | (~models.Q(state__in=["waiting", "digest"]) & models.Q(ended_at__isnull=False)),
                name="message_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting") | models.Q(body=""), name="message_keeps_no_words"
            ),
        ]
        indexes = [
            models.Index(
                fields=["try_at", "id"], condition=models.Q(state="waiting"), name="message_waiting"
            ),
            models.Index(fields=["recipient", "thread"], name="message_thread"),
            models.Index(fields=["state", "made_at"], name="message_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient or self.channel or self.address}"

    @property
    def may_be_tried_again(self) -> bool:
        """Whether it failed or was removed. Of a mail of an account nothing is left then."""
        return self.state in (Message.State.FAILED, Message.State.DROPPED) and self.event_id is not None

    @property
    def may_be_removed(self) -> bool:
        """Whether it waits, and is not being sent at this moment."""
        return self.state == Message.State.WAITING and self.claimed_at is None

    def end(self, state: State, *, at: datetime, reason: str = "") -> None:
        """Save what became of it. Its words and address go. A message for a summary has not ended."""
        self.state, self.reason = state, reason[:300]
        self.ended_at = None if state == Message.State.DIGEST else at
        self.claimed_at, self.address, self.subject, self.body = None, "", "", ""
        self.save(
            update_fields=[
                "state",
                "ended_at",
                "reason",
                "claimed_at",
                "address",
                "subject",
                "body",
                "tries",
                "is_again",
            ]
        )
