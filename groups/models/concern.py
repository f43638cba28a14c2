import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.models.enrolment import Enrolment
from lib.texts import EVERYTHING, SHARED, Personal


class Concern(models.Model):
    """A private message of a student to the course admins, past the mentor, and its answer.

    It has no history and no admin page, and is in no export: only `groups.concern_access` says who reads it.
    """

    texts = {"body": Personal(by=("enrolment__person",), is_own=True), "answer": SHARED}
    goes_with = ("enrolment__person",)
    unshown_to_operators = EVERYTHING
    # See `lib.references`: that somebody told one is nobody's business, either.
    is_confidential = True

    class Wish(models.TextChoices):
        NONE = "none", "That you read it, nothing else"
        GROUP = "group", "Another group"
        MENTOR = "mentor", "Another mentor"

    # It stands in addresses: a number would say how many are told, and when.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="concerns")
    wish = models.CharField(max_length=10, choices=Wish, default=Wish.NONE)
    body = models.TextField()
    told_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="concerns_answered",
    )

    class Meta:
        permissions = [("read_left_concern", "Can read private messages that no course admin may read")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answered_by=None, answer="")
                | (models.Q(answered_at__isnull=False, answered_by__isnull=False) & ~models.Q(answer="")),
                name="concern_answered_whole",
                violation_error_message="An answer has its words, its day and who gave it.",
            )
        ]

    def __str__(self) -> str:
        return f"concern {self.pk}"
