from django.db import models

from lib.references import ALL
from lib.texts import NO_NAMES
from people.models import Event


class BrokenPromise(models.Model):
    """A late answer that was told: once, whatever its readers, and once more after twice the promised time."""

    # The waiting row, its start if it may wait again, and the times passed: "help 4 20260914100000, 2".
    wait = models.CharField(max_length=100, unique=True)
    event = models.ForeignKey(Event, null=True, on_delete=models.SET_NULL, related_name="broken_promises")
    at = models.DateTimeField()

    texts = {"wait": NO_NAMES}
    goes_along = {"event": ALL}

    def __str__(self) -> str:
        return self.wait
