from django.db import models

from lib.references import ALL
from lib.texts import NO_NAMES
from people.models import Event


class BrokenPromise(models.Model):
    """What has waited for longer than promised, or twice as long, and was told: once, whoever hears of it."""

    # What waits, since when if it may wait again, and how often the time has passed: "help 4 20260914100000, 2".
    wait = models.CharField(max_length=100, unique=True)
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="broken_promises")
    at = models.DateTimeField()

    texts = {"wait": NO_NAMES}
    goes_along = {"event": ALL}

    def __str__(self) -> str:
        return self.wait
