from datetime import datetime

from django.conf import settings
from django.db import models

from lib.history import credit


class Edited(models.Model):
    """A row that several people edit. It has a version number and the person who last changed it.

    `lib.editing` compares the versions to detect a conflict.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True

    def touch(self, *, by: "models.Model", at: datetime) -> None:
        """Set the next version, its author and its time. The caller saves."""
        self.version += 1
        self.changed_at = at
        self.changed_by = by  # type: ignore[assignment]
        credit(self, by, at)
