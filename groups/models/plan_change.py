from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from courses.models import Pause
from groups.models.group import Group
from lib.references import ALL
from lib.texts import NO_NAMES, SHARED


class PlanChange(models.Model):
    """One change of the plan of a group: what each milestone was due on before and after."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="plan_changes")
    # That moved the dates, until it is removed.
    pause = models.ForeignKey(Pause, null=True, on_delete=models.SET_NULL, related_name="plan_changes")
    reason = models.CharField(max_length=200, blank=True)
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

    texts = {"reason": SHARED, "days": NO_NAMES}
    goes_along = {"group": ALL, "pause": ALL}
    OUT = "out"

    def __str__(self) -> str:
        return f"Plan of {self.group}, changed on {self.made_at:%Y-%m-%d}"

    @classmethod
    def kept(cls, plan: dict[int, date | None], milestone_id: int) -> str | None:
        """Return the milestone's part of a plan, in the form that `days` keeps."""
        if milestone_id not in plan:
            return cls.OUT
        day = plan[milestone_id]
        return day.isoformat() if day else None

    def stands_in(self, plan: dict[int, date | None]) -> bool:
        """Whether the plan still says what this change left; only then can it be undone."""
        return all(self.kept(plan, int(pk)) == after for pk, (_, after) in self.days.items())
