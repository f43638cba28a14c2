from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.models import Enrolment
from lib.references import ALL
from lib.texts import NO_NAMES


class WeekLook(models.Model):
    """Somebody looked at a student's week as that student sees it. The student reads who did."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="week_looks")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="week_looks_taken"
    )
    # Their role then: mentor, co-mentor, stand-in or course admin.
    role = models.CharField(max_length=20)
    looked_at = models.DateTimeField(default=timezone.now)

    texts = {"role": NO_NAMES}
    told = ("role",)
    goes_with = ("enrolment__person",)
    goes_along = {"enrolment": ALL}

    class Meta:
        indexes = [models.Index(fields=["enrolment", "looked_at"], name="week_look_of_enrolment")]

    def __str__(self) -> str:
        return f"{self.person} looked at the week of {self.enrolment.person}"
