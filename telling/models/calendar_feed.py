from django.conf import settings
from django.db import models

from lib.references import ALL
from lib.texts import NO_NAMES


class CalendarFeed(models.Model):
    """A person's calendar, read by whoever has its address. Of the token in it only the digest is kept."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField()

    texts = {"digest": NO_NAMES}
    goes_with = ("person",)
    goes_along = {"person": ALL}

    def __str__(self) -> str:
        return f"Calendar of {self.person}"
