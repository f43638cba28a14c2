from django.conf import settings
from django.db import models

from courses.models import Milestone
from groups.models import Group
from lib.references import ALL
from lib.texts import NO_NAMES


class ReviewRing(models.Model):
    """Who is suggested to review whose code at a milestone.

    Each in `order` reviews the next one, and the last one the first.
    """

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="review_rings")
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="review_rings")
    # Ids of enrolments.
    order = models.JSONField()
    suggested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="review_rings"
    )
    suggested_at = models.DateTimeField()

    texts = {"order": NO_NAMES}
    goes_along = {"group": ALL, "milestone": ALL}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "milestone"], name="review_ring_once_a_milestone")
        ]

    def __str__(self) -> str:
        return f"Reviews of {self.milestone} in {self.group}"

    def reviewer_of(self, author_id: int) -> int | None:
        if author_id not in self.order:
            return None
        reviewer: int = self.order[self.order.index(author_id) - 1]
        return reviewer if reviewer != author_id else None
