from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models import Cohort, Pause
from groups.models.group import Group
from lib.references import ALL
from lib.weeks import Period


class Shift(models.Model):
    """Due dates of a cohort moved by days, or because a pause is put in. A draft, until it is applied."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="shifts")
    # Due dates from this day on move; of a pause it is its first day.
    from_on = models.DateField("first day")
    days = models.SmallIntegerField(default=0)
    # The last day of the pause to put in; none: dates move by days.
    pause_ends_on = models.DateField(null=True)
    # The name of the pause, or why the dates move: shown with every date that was promised before.
    reason = models.CharField(max_length=100)
    # Ids of groups that do not go along.
    left_out = models.JSONField(default=list)
    # When the cohort began before, if its start moved along.
    start_before = models.DateField(null=True)
    # The pause, once it is put in.
    pause = models.ForeignKey(Pause, null=True, on_delete=models.SET_NULL, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="shifts_made"
    )
    made_at = models.DateTimeField(default=timezone.now)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="shifts_applied"
    )
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="shifts_undone"
    )
    undone_at = models.DateTimeField(null=True)

    goes_along = {"cohort": ALL, "pause": ALL}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pause_ends_on=None) | models.Q(pause_ends_on__gte=models.F("from_on")),
                name="shift_pause_ends_after_start",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at=None) | models.Q(applied_at__isnull=False),
                name="shift_undone_after_applied",
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def period(self) -> Period | None:
        """The pause to put in."""
        return None if self.pause_ends_on is None else Period(self.from_on, self.pause_ends_on)


class PlanChange(models.Model):
    """One change of the plan of a group: what each milestone was due on before and after."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="plan_changes")
    shift = models.ForeignKey(Shift, null=True, on_delete=models.CASCADE, related_name="changes")
    reason = models.CharField(max_length=100, blank=True)
    # By the id of the milestone: before and after. A day, null without one, or "out" if it is not in the plan.
    days = models.JSONField(default=dict)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="plan_changes_made"
    )
    made_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="plan_changes_undone"
    )
    undone_at = models.DateTimeField(null=True)

    goes_along = {"group": ALL, "shift": ALL}
    OUT = "out"

    def __str__(self) -> str:
        return f"Plan of {self.group}, changed on {self.made_at:%Y-%m-%d}"

    @classmethod
    def kept(cls, plan: dict[int, date | None], milestone_id: int) -> str | None:
        """What a plan says of the milestone, as `days` keeps it."""
        if milestone_id not in plan:
            return cls.OUT
        day = plan[milestone_id]
        return day.isoformat() if day else None

    def stands_in(self, plan: dict[int, date | None]) -> bool:
        """Whether the plan still says what this change left; only then can it be undone."""
        return all(self.kept(plan, int(pk)) == after for pk, (_, after) in self.days.items())
