from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.crypto import get_random_string

from courses.models import Course
from groups.models import Group
from lib.references import ALL
from people.models import Event


class Channel(models.Model):
    """A channel of a group or a course in the chat of its team, which hears what everybody there may read.

    Whoever has its address can write into the channel, so no page shows it again.
    """

    class Service(models.TextChoices):
        SLACK = "slack", "Slack"
        MATTERMOST = "mattermost", "Mattermost"
        WEBHOOK = "webhook", "Any program (Standard Webhooks)"

    group = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="channels")
    course = models.ForeignKey(Course, null=True, on_delete=models.CASCADE, related_name="channels")
    service = models.CharField(max_length=20, choices=Service, default=Service.SLACK)
    address = models.CharField(max_length=500)
    # What posts to any program are signed with; shown once.
    secret = models.CharField(max_length=80, blank=True)
    # Names of `telling.chat.NEWS`.
    news = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="channels_made"
    )
    made_at = models.DateTimeField()
    # Since when nothing arrives, and why.
    failing_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    switched_off_at = models.DateTimeField(null=True)

    goes_along = {"group": ALL, "course": ALL, "made_by": ALL}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(group=None, course__isnull=False)
                | models.Q(group__isnull=False, course=None),
                name="channel_of_group_or_course",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()} at {self.host}"

    @property
    def host(self) -> str:
        return urlsplit(self.address).hostname or ""

    def note_success(self) -> None:
        if self.failing_since or self.failure:
            self.failing_since, self.failure = None, ""
            self.save(update_fields=["failing_since", "failure"])

    def note_failure(self, reason: str, *, at: datetime) -> None:
        self.failing_since, self.failure = self.failing_since or at, reason[:300]
        self.save(update_fields=["failing_since", "failure"])


def new_post_id() -> str:
    return f"msg_{get_random_string(27)}"


class ChannelPostQuerySet(models.QuerySet["ChannelPost"]):
    def due(self, now: datetime) -> "ChannelPostQuerySet":
        return self.filter(state=ChannelPost.State.WAITING, try_at__lte=now)


class ChannelPost(models.Model):
    """What one channel is told of one event, or to try the channel. It is written when it is sent."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENT = "sent", "sent"
        FAILED = "failed", "failed"
        WITHDRAWN = "withdrawn", "withdrawn"

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="posts")
    # None: to try the channel.
    event = models.ForeignKey(Event, null=True, on_delete=models.CASCADE, related_name="channel_posts")
    made_at = models.DateTimeField(default=timezone.now)
    try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    # Set while a worker sends it; one that was killed leaves it, and it is sent once more under the same id.
    claimed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True)
    post_id = models.CharField(max_length=40, default=new_post_id, unique=True)

    goes_along = {"channel": ALL, "event": ALL}
    objects = ChannelPostQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "event"], name="channel_post_once_an_event"),
            models.CheckConstraint(
                condition=models.Q(state="waiting", ended_at=None)
                | (~models.Q(state="waiting") & models.Q(ended_at__isnull=False)),
                name="channel_post_ended_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["try_at"], condition=models.Q(state="waiting"), name="channel_post_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.event or 'a try'}"

    def end(self, state: State, *, at: datetime, reason: str = "") -> None:
        self.state, self.ended_at, self.reason, self.claimed_at = state, at, reason[:300], None
        self.save(update_fields=["state", "ended_at", "reason", "claimed_at", "tries"])
