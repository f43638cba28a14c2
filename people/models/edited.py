from datetime import datetime

from django.conf import settings
from django.db import models

from lib.history import credit


class Edited(models.Model):
    """A row that several people edit. It has a version number, and who changed it last.

    `lib.editing` compares versions, so that the second of two people sees both.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    def touch(self, *, by: "models.Model", at: datetime) -> None:
        """Set the next version and who made it when; the caller saves."""
        self.version += 1
        self.changed_at = at
        self.changed_by = by  # type: ignore[assignment]
        credit(self, by)
