from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.models.closing import Closing
from groups.models.enrolment import Enrolment
from lib.references import ALL
from lib.texts import NO_NAMES, SHARED, Personal


class Move(models.Model):
    """A decision about where a student is, kept with who and why, and with what it changed: it can be undone."""

    class Kind(models.TextChoices):
        JOINED = "joined", "joined a group"
        MOVED = "moved", "moved to another group"
        SWAPPED = "swapped", "swapped groups"
        LEFT = "left", "left the group"
        ENDED = "ended", "left the cohort"
        RETURNED = "returned", "came back"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="moves")
    # With whom they swapped.
    other = models.ForeignKey(Enrolment, null=True, on_delete=models.CASCADE, related_name="swaps")
    # With which cohort it ended.
    closing = models.ForeignKey(Closing, null=True, on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=20, choices=Kind)
    # The names of the groups then, for people to read; not those of people, who may be forgotten.
    what = models.CharField(max_length=300)
    # The first day on which it holds.
    on = models.DateField()
    reason = models.CharField(max_length=100, blank=True)
    # Rows as they were before and after: [model, id, fields before or null, fields after].
    changes = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="moves_made")
    made_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="moves_undone"
    )
    undone_at = models.DateTimeField(null=True)

    texts = {
        "what": SHARED,
        "reason": Personal(about=("enrolment__person", "other__person")),
        "changes": NO_NAMES,
    }
    goes_along = {"enrolment": ALL, "other": ALL, "closing": ALL}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="move_undone_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person}: {self.label}"

    @property
    def label(self) -> str:
        """What it was; a swap with whom, by the name that they have today."""
        return f"{self.what}, in exchange with {self.other.person}" if self.other else self.what
