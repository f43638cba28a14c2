from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from courses.models import Cohort
from groups.models import Enrolment, Group
from lib.references import ALL
from people.models import User
from tracker.standing import ReasonCode

# What the course admins deal with; the rest is the mentor's.
OF_COURSE_ADMINS = frozenset(
    {ReasonCode.NO_MENTOR, ReasonCode.MENTOR_AWAY, ReasonCode.CHECK_IN_MISSED, ReasonCode.CHECK_IN_LATE}
)


class FlagQuerySet(models.QuerySet["Flag"]):
    def open(self) -> "FlagQuerySet":
        return self.filter(ended_on=None)

    def not_about(self, reader: User, own_groups: Collection[int]) -> "FlagQuerySet":
        """Not about the reader, nor about who studies with them in one of these groups (docs/decisions/0023)."""
        others = self.exclude(enrolment__person=reader)
        return others.exclude(enrolment__isnull=False, group__in=own_groups)

    def to_judge(self, *, since: date, reader: User, own_groups: Collection[int]) -> "FlagQuerySet":
        """Ended since that day and not judged; not those of which the reader is told nothing."""
        ended = self.filter(ended_on__gte=since, verdict="").not_about(reader, own_groups)
        return ended.select_related("enrolment__person", "group__cohort").order_by("-ended_on", "-pk")


class Flag(models.Model):
    """A rule of standing that held, of a student or, without an enrolment, of the group: as the nightly pass saw it.

    `group` is that of the night on which it began. `rule` is a `ReasonCode`.
    """

    class Verdict(models.TextChoices):
        HELPFUL = "helpful", "helpful"
        FALSE_ALARM = "false_alarm", "false alarm"

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="flags")
    enrolment = models.ForeignKey(
        Enrolment, null=True, blank=True, on_delete=models.CASCADE, related_name="flags"
    )
    rule = models.CharField(max_length=30)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    verdict = models.CharField(max_length=20, choices=Verdict, blank=True)
    verdict_at = models.DateTimeField(null=True, blank=True)
    verdict_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="flags_judged",
    )

    # See lib.references.
    goes_along = {"group": ALL, "enrolment": ALL}

    # Of verdicts alone: the nightly pass writes in bulk, which keeps no history.
    history = HistoricalRecords()
    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "rule"],
                condition=models.Q(ended_on=None),
                name="flag_open_once_a_student_and_rule",
            ),
            models.UniqueConstraint(
                fields=["group", "rule"],
                condition=models.Q(ended_on=None, enrolment=None),
                name="flag_open_once_a_group_and_rule",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gt=models.F("started_on")),
                name="flag_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="", verdict_at=None, verdict_by=None)
                | models.Q(verdict_at__isnull=False, verdict_by__isnull=False, ended_on__isnull=False)
                & ~models.Q(verdict=""),
                name="flag_verdict_at_and_by_once_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule_label}: {self.enrolment.person if self.enrolment else self.group}"

    @property
    def rule_label(self) -> str:
        return ReasonCode(self.rule).label


class FlagCount(models.Model):
    """How many active students and groups with members a cohort had on a night, and how many of them were flagged."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="flag_counts")
    day = models.DateField()
    students = models.PositiveIntegerField()
    flagged_students = models.PositiveIntegerField()
    groups = models.PositiveIntegerField()
    flagged_groups = models.PositiveIntegerField()

    # See lib.references.
    goes_along = {"cohort": ALL}

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cohort", "day"], name="flag_count_once_a_cohort_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.cohort} on {self.day}"
