from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.models.enrolment import Enrolment
from groups.models.mentorship import Mentorship
from lib.weeks import Period


class Absence(models.Model):
    """Days, first and last included, for which a mentor or course admin accepted that a student is away."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences_accepted"
    )
    accepted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="absence_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person} away from {self.starts_on} to {self.ends_on}"

    @property
    def period(self) -> Period:
        return Period(starts_on=self.starts_on, ends_on=self.ends_on)


class MentorAway(models.Model):
    """Days, first and last included, on which a mentor cannot meet a group, which then needs a cover."""

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="away")
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="mentor_away_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mentorship.person} away from {self.starts_on} to {self.ends_on}"

    @property
    def period(self) -> Period:
        return Period(starts_on=self.starts_on, ends_on=self.ends_on)
