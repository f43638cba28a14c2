from datetime import date

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, StepValueValidator
from django.db import models
from django.utils import timezone
from simple_history.models import HistoricalRecords

from courses.models import Cohort
from groups.models.holding import HoldingQuerySet
from lib.texts import Personal

MOST_HOURS = 80
# Read and changed by the student, their mentors and course admins.
SAID = ("hours_a_week", "level", "mentor_note")


class Enrolment(models.Model):
    """A student of a cohort. Progress belongs to the enrolment, so it is kept when the student changes groups."""

    class EndReason(models.TextChoices):
        FINISHED = "finished", "finished"
        DROPPED = "dropped", "dropped out"
        TRANSFERRED = "transferred", "went to another cohort"

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)
    # How much the student already knows, as written in the pasted list: "python 3, ml 2".
    level = models.CharField(
        max_length=200,
        blank=True,
        help_text="What you know already, from 1 (new to it) to 5. For example: python 3, ml 2.",
    )
    # Hours and level may be known before there is a group: groups are formed by them.
    hours_a_week = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HOURS), StepValueValidator(0.5)],
    )
    mentor_note = models.TextField("note for the mentor", max_length=1_000, blank=True)
    # Since when they would mentor later cohorts of the course.
    would_mentor_at = models.DateTimeField(null=True, blank=True, editable=False)
    enrolled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="enrolments_made"
    )
    enrolled_at = models.DateTimeField(default=timezone.now)
    # The last time this student did something, of what no row of its own keeps the day. groups.actions.activity
    # updates it.
    last_active_at = models.DateTimeField(null=True, blank=True)
    # The news of their week are closed up to this time.
    news_read_at = models.DateTimeField(null=True, blank=True, editable=False)

    _own = Personal(by=("person",), is_own=True)
    texts = {"level": _own, "mentor_note": _own}
    history = HistoricalRecords(excluded_fields=["last_active_at", "news_read_at"])
    objects = HoldingQuerySet["Enrolment"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "person"],
                condition=models.Q(ended_on=None),
                name="enrolment_one_open_per_cohort",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="enrolment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None, end_reason="")
                | (models.Q(ended_on__isnull=False) & ~models.Q(end_reason="")),
                name="enrolment_end_has_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(hours_a_week=None) | models.Q(hours_a_week__range=(1, MOST_HOURS)),
                name="enrolment_hours_a_week",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.cohort}"

    def has_ended(self, on: date) -> bool:
        return self.ended_on is not None and self.ended_on <= on
