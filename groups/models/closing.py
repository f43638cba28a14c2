from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models import Cohort
from lib.references import ALL
from lib.texts import NO_NAMES, SHARED


class Closing(models.Model):
    """A cohort was closed, by whom and in which words, and what was open then: it can be opened again."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="closings")
    # The first day on which it is closed, and the one that stood there before.
    on = models.DateField()
    on_before = models.DateField(null=True)
    # To everybody: in the mail, and beside the questions that stay without an answer.
    word = models.TextField(blank=True)
    # The status that questions had before, by their id.
    questions = models.JSONField(default=dict)
    # How many drafts, shifts, proposals and invitations went, for people to read: they do not come back.
    gone = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="closings_made"
    )
    made_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="closings_undone"
    )
    undone_at = models.DateTimeField(null=True)

    texts = {"word": SHARED, "questions": NO_NAMES, "gone": NO_NAMES}
    goes_along = {"cohort": ALL}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort"], condition=models.Q(undone_at=None), name="closing_one_a_cohort"
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at=None, undone_by=None)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="closing_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort}, closed on {self.on:%Y-%m-%d}"
