from django.conf import settings
from django.db import models

from courses.models import Milestone
from lib.references import ALL


class KnownQuestionsClosed(models.Model):
    """A person has seen what is asked most at a milestone, and closed it: it is not shown to them again."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_questions_closed"
    )
    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="known_questions_closed")
    closed_at = models.DateTimeField()

    goes_along = {"person": ALL, "milestone": ALL}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "milestone"], name="known_questions_closed_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} has seen the known questions of {self.milestone}"
