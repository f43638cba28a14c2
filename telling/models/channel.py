from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.crypto import get_random_string

from courses.models import Course
from groups.models import Group
from lib.references import ALL
from lib.texts import NO_NAMES, SHARED


class Channel(models.Model):
    """A channel of a group or a course in the chat of its team, which hears what everybody there may read.

    Anybody with its address can write into the channel, so no page shows it again.
    """

    class Service(models.TextChoices):
        SLACK = "slack", "Slack"
        MATTERMOST = "mattermost", "Mattermost"
        WEBHOOK = "webhook", "Any program (Standard Webhooks)"

    group = models.ForeignKey(Group, null=True, on_delete=models.CASCADE, related_name="channels")
    course = models.ForeignKey(Course, null=True, on_delete=models.CASCADE, related_name="channels")
    service = models.CharField(max_length=20, choices=Service, default=Service.SLACK)
    address = models.CharField(max_length=500)
    # The key that signs posts to any program; shown once.
    secret = models.CharField(max_length=80, blank=True)
    # Names of `telling.chat.news.NEWS`.
    news = models.JSONField(default=list)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="channels_made"
    )
    made_at = models.DateTimeField()
    # Since when nothing arrives, and why.
    failing_since = models.DateTimeField(null=True)
    failure = models.CharField(max_length=300, blank=True)
    switched_off_at = models.DateTimeField(null=True)

    texts = {"address": NO_NAMES, "secret": NO_NAMES, "news": NO_NAMES, "failure": SHARED}
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
    def of(self) -> Group | Course:
        of = self.group or self.course
        assert of is not None, "a constraint"  # noqa: S101
        return of

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
