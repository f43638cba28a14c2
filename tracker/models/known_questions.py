from django.conf import settings
from django.db import models

from courses.models import Milestone
from lib.references import ALL


class KnownQuestionsSeen(models.Model):
    """A person was shown what is asked most at a milestone: it is one line from then on, and nothing once closed."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_questions_seen"
    )
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="known_questions_seen")
    closed_at = models.DateTimeField(null=True, blank=True)

    goes_along = {"person": ALL, "milestone": ALL}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "milestone"], name="known_questions_seen_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} has seen the known questions of {self.milestone}"
