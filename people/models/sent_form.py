from django.conf import settings
from django.db import models

from lib.references import ALL
from lib.texts import NO_NAMES, SHARED


class SentForm(models.Model):
    """A form that was saved, by its key and content, and where that led. Kept for some days; see people.saved_once."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sent_forms")
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(db_index=True)
    led_to = models.TextField(blank=True)

    texts = {"digest": NO_NAMES, "led_to": SHARED}
    goes_with = ("person",)
    goes_along = {"person": ALL}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "digest"], name="sent_form_once")]

    def __str__(self) -> str:
        return f"Form of {self.person}, sent {self.sent_at}"
