from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from groups.models.group import Group
from groups.models.shift import PlanChange
from lib.references import ALL


class DatesProposal(models.Model):
    """Due dates that a group can keep, proposed by one of the group, until its mentor agrees or it is dropped."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="dates_proposals")
    # By the id of the milestone: the due day before and the one proposed.
    days = models.JSONField(default=dict)
    # What they were worked out from: "2 h a week".
    basis = models.CharField(max_length=100)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="dates_proposed"
    )
    made_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="dates_agreed"
    )
    agreed_at = models.DateTimeField(null=True)
    # What it did to the plan.
    change = models.ForeignKey(PlanChange, null=True, on_delete=models.SET_NULL, related_name="+")
    # Declined, withdrawn, or replaced by another proposal.
    dropped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="dates_dropped"
    )
    dropped_at = models.DateTimeField(null=True)

    goes_along = {"group": ALL, "change": ALL}

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["group"],
                condition=models.Q(agreed_at=None, dropped_at=None),
                name="dates_proposal_one_open_a_group",
            ),
            models.CheckConstraint(
                condition=models.Q(agreed_at=None) | models.Q(dropped_at=None),
                name="dates_proposal_agreed_or_dropped",
            ),
        ]

    def __str__(self) -> str:
        return f"Dates of {self.group}, proposed on {self.made_at:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        return self.agreed_at is None and self.dropped_at is None

    def fits(self, plan: Mapping[int, date | None]) -> bool:
        """Whether the milestones of it are due on the days on which they were: by the id of each, its day now."""
        return all(str(plan.get(int(pk))) == before for pk, (before, _) in self.days.items())
