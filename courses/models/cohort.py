from datetime import date, datetime, timedelta

from django.db import models
from django.urls import reverse

from courses.models.archived import Archivable
from courses.models.course import Course
from courses.promises import Wait, promised_until, waited
from lib.periods import PeriodQuerySet
from lib.texts import NO_NAMES, SHARED
from lib.time_zones import validate_time_zone
from lib.weeks import Period, today_in
from people.models import Edited


class CohortQuerySet(models.QuerySet["Cohort"]):
    def open(self, on: date) -> "CohortQuerySet":
        return self.filter(models.Q(closed_on=None) | models.Q(closed_on__gt=on))

    def current(self) -> "CohortQuerySet":
        """Neither archived nor of an archived course."""
        return self.filter(archived_at=None, course__archived_at=None)


class Cohort(Edited, Archivable):
    """One run of a course. Its days are in its own time zone. It is open until `closed_on`."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts")
    title = models.CharField(max_length=200)
    starts_on = models.DateField()
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    closed_on = models.DateField(null=True, blank=True)
    # Off until a course admin chooses it: what students write wants mentors who read it before they meet.
    asks_before_meeting = models.BooleanField("students say before a meeting how it is going", default=True)

    texts = {"title": SHARED, "time_zone": NO_NAMES}
    objects = CohortQuerySet.as_manager()

    class Meta:
        constraints = [
            *Archivable.Meta.constraints,
            models.UniqueConstraint(fields=["course", "title"], name="cohort_title_once_a_course"),
            models.CheckConstraint(
                condition=models.Q(closed_on=None) | models.Q(closed_on__gte=models.F("starts_on")),
                name="cohort_closed_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tracker:board", args=[self.pk])

    def today(self, now: datetime) -> date:
        return today_in(self.time_zone, now)

    def has_begun(self, on: date) -> bool:
        return self.starts_on <= on

    def working_day(self, now: datetime) -> date:
        """Return today in the time zone of the cohort, or its last day if it is closed."""
        today = self.today(now)
        if self.closed_on is None or today < self.closed_on:
            return today
        return max(self.closed_on - timedelta(days=1), self.starts_on)

    @property
    def pause_periods(self) -> tuple[Period, ...]:
        return tuple(pause.period for pause in self.pauses.all())

    def is_in_break(self, on: date) -> bool:
        return any(period.contains(on) for period in self.pause_periods)

    def wait(self, since: datetime, now: datetime, *, days: int = 0) -> Wait:
        """Return the time waited and the weekdays within which an answer is promised. Reads the breaks."""
        pauses = self.pause_periods
        took = waited(since, now, time_zone=self.time_zone, pauses=pauses)
        due_at = promised_until(since, days, time_zone=self.time_zone, pauses=pauses) if days else None
        return Wait(took, days, since, due_at)

    @property
    def archived(self) -> Archivable | None:
        return super().archived or self.course.archived

    def is_closed(self, on: date) -> bool:
        """Whether nothing in it changes on that day: it is closed, archived, or of an archived course."""
        return (self.closed_on is not None and self.closed_on <= on) or self.archived is not None

    def is_running(self, on: date) -> bool:
        return self.has_begun(on) and not self.is_closed(on)

    def state_on(self, day: date) -> dict[str, bool]:
        """Return what templates of its pages ask of a day: whether it `has_begun`, and whether it `is_over`."""
        return {"has_begun": self.has_begun(day), "is_over": self.is_closed(day)}

    def why_read_only(self, on: date) -> str:
        """Say why the cohort is read-only on that day, and what to do about it; "" if it is not."""
        if self.archived is not None:
            return f"{self.archived} is archived. Restore it first."
        return f"{self} is closed. Reopen it first." if self.is_closed(on) else ""


class Pause(models.Model):
    """Days on which a cohort does not work: holidays, an exam week. The first and last day are included."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="pauses")
    title = models.CharField(max_length=100, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    texts = {"title": SHARED}
    objects = PeriodQuerySet["Pause"].as_manager()

    class Meta:
        verbose_name = "break"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="pause_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return self.title or f"{self.starts_on} to {self.ends_on}"

    @property
    def period(self) -> Period:
        return Period(starts_on=self.starts_on, ends_on=self.ends_on)
