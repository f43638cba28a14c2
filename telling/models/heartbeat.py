from django.db import models


class Heartbeat(models.Model):
    """When the worker was last seen at work; one row."""

    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Worker seen at {self.at}"
