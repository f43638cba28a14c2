from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.models.enrolment import Enrolment
from groups.models.mentorship import Mentorship
from lib.history import Records
from lib.periods import PeriodQuerySet
from lib.texts import Personal
from lib.weeks import Period


class Absence(models.Model):
    """Days on which a student is away: said by themselves, or accepted by a mentor or course admin.

    The first and last day are included. The group sees the days; the reason is for mentors and course admins.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="absences")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.TextField(blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences_accepted"
    )
    accepted_at = models.DateTimeField(default=timezone.now)

    texts = {"reason": Personal(by=("accepted_by",), about=("enrolment__person",))}
    history = Records()
    objects = PeriodQuerySet["Absence"].as_manager()

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
    """Days on which a mentor cannot meet a group, so it needs a stand-in. The first and last day are included."""

    mentorship = models.ForeignKey(Mentorship, on_delete=models.CASCADE, related_name="away")
    starts_on = models.DateField()
    ends_on = models.DateField()
    objects = PeriodQuerySet["MentorAway"].as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "days away of a mentor"
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
