from datetime import datetime, timedelta

from django.db import models

# A worker that was not seen for so long is not at work; a long job of its own takes less.
SEEN = timedelta(minutes=2)


class Heartbeat(models.Model):
    """The last time at which the worker was seen at work; one row."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Worker seen at {self.at}"

    @classmethod
    def beat(cls, now: datetime) -> None:
        """Note that the worker is at work, for `/readyz`."""
        cls.objects.update_or_create(pk=1, defaults={"at": now})

    def is_recent(self, now: datetime) -> bool:
        """One that lies ahead was of a clock that went wrong."""
        return abs(now - self.at) <= SEEN
