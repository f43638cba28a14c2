from django.conf import settings
from django.db import models

from lib.references import ALL
from lib.texts import SHARED


class KeptPassage(models.Model):
    """A passage that still tells who an anonymised person was, and a site admin's reason to keep it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="kept_passages"
    )
    where = models.CharField(max_length=300)
    reason = models.CharField(max_length=300, blank=True)
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="passages_kept"
    )

    texts = {"where": SHARED, "reason": SHARED}
    goes_along = {"person": ALL}

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"
