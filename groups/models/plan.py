from django.db import models

from courses.models import Milestone
from groups.models.group import Group


class PlanItemQuerySet(models.QuerySet["PlanItem"]):
    def in_order(self) -> "PlanItemQuerySet":
        """By due date, items without a date last, then in course order."""
        return self.order_by(models.F("due_on").asc(nulls_last=True), "milestone__position")


class PlanItem(models.Model):
    """A milestone in a group's plan, with the group's own due date. Milestones outside the plan are not expected."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="plan_items")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="plan_items")
    due_on = models.DateField(null=True, blank=True)

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "milestone"], name="plan_item_once_a_group")]

    def __str__(self) -> str:
        return f"{self.milestone} by {self.due_on or 'no date'}"
