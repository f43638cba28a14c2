from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.functional import classproperty

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
    """Days on which a mentor cannot meet a group, so it needs a stand-in. The first and last day are included.

    They hold for each group that the mentor gets later, too: it has the same days, in a row of its own.
    """

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

    @classproperty
    def goes_along(cls) -> dict[str, models.Q]:  # noqa: N805 - it is the class
        """What was said for another group before is said again for the next one."""
        before = MentorAway.objects.filter(
            pk__lt=models.OuterRef("pk"),
            mentorship__person=models.OuterRef("mentorship__person"),
            starts_on=models.OuterRef("starts_on"),
            ends_on=models.OuterRef("ends_on"),
        )
        return {"mentorship": models.Q(models.Exists(before))}
