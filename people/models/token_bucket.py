from django.db import models

from lib.texts import NO_NAMES


class TokenBucket(models.Model):
    """A token bucket: full at first, each deed takes a token, time fills it again."""

    key = models.CharField(max_length=80, unique=True)
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    texts = {"key": NO_NAMES}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(tokens__gte=0), name="token_bucket_not_overdrawn")
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.tokens:.1f}"
