from django.conf import settings
from django.db import models


class Archivable(models.Model):
    """A row that can be archived: out of every list, figure and choice until it is restored. Nothing of it is lost.

    What was published of an archived cohort belongs to its course, and stays.
    """

    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    archived_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(archived_at__isnull=True, archived_by__isnull=True)
                | models.Q(archived_at__isnull=False, archived_by__isnull=False),
                name="%(class)s_archived_at_and_by",
            )
        ]

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def archived(self) -> "Archivable | None":
        """Return the archived row: this one, or the one it is part of."""
        return self if self.is_archived else None
