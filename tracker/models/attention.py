from datetime import date

from django.conf import settings
from django.db import models

from groups.models import Enrolment
from lib.texts import EVERYTHING, NO_NAMES, Personal


class AttentionPutAsideQuerySet(models.QuerySet["AttentionPutAside"]):
    def in_force(self, on: date) -> "AttentionPutAsideQuerySet":
        """Still snoozed on that day; attention counts again on `until_on`."""
        return self.filter(until_on__gt=on, ended_at=None)


class AttentionPutAside(models.Model):
    """A student snoozed until a date, with the reason.

    It hides the reasons for attention that stood when it was set (`codes`), without any all of them, and never a later
    request for help.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="attention_put_aside")
    until_on = models.DateField("until")
    reason = models.CharField(max_length=300)
    codes = models.JSONField(default=list, db_default=[], blank=True, editable=False)
    put_aside_at = models.DateTimeField()
    put_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attention_put_aside"
    )
    # Ended before `until_on`.
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="attention_taken_back",
    )

    texts = {"reason": Personal(about=("enrolment__person",), is_hidden=True), "codes": NO_NAMES}
    unshown = EVERYTHING
    objects = AttentionPutAsideQuerySet.as_manager()

    class Meta:
        verbose_name = "snooze"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_by__isnull=True)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="attention_put_aside_ended_at_and_by",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person} snoozed until {self.until_on}"
