from datetime import date
from typing import Self

from django.db import models

from groups.models.enrolment import Enrolment
from groups.models.group import Group
from groups.models.holding import Holding, HoldingQuerySet
from lib.history import Records
from people.models import User


class MembershipQuerySet(HoldingQuerySet["Membership"]):
    def current(self, on: date) -> Self:
        """Return the stays of that day, and those to come of students who are in no group until then.

        A student who moves later counts where they are, and is not the next mentor's yet.
        """
        elsewhere = Membership.objects.open(on).filter(enrolment=models.OuterRef("enrolment"))
        return self.not_ended(on).filter(models.Q(started_on__lte=on) | ~models.Exists(elsewhere))

    def by_name(self) -> Self:
        """Sort by the names of the students, who are fetched too."""
        return self.select_related("enrolment__person").order_by("enrolment__person__name", "pk")

    def people(self) -> list[User]:
        """Return the students, those who joined first at the start."""
        return [stay.enrolment.person for stay in self.select_related("enrolment__person").order_by("pk")]


def has_group(on: date) -> models.Exists:
    """Match enrolments of students who are in a group on that day, or will be."""
    return models.Exists(Membership.objects.not_ended(on).filter(enrolment=models.OuterRef("pk")))


class Membership(Holding):
    """A stay in a group from `started_on` until the day before `ended_on`."""

    class EndReason(models.TextChoices):
        MOVED = "moved", "moved to another group"
        FINISHED = "finished", "finished"
        DROPPED = "dropped", "dropped out"
        TRANSFERRED = "transferred", "went to another cohort"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="memberships")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, choices=EndReason, blank=True)

    history = Records()
    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            *Holding.Meta.constraints,
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=models.Q(ended_on=None),
                name="membership_one_open_per_enrolment",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_on=None, end_reason="")
                | (models.Q(ended_on__isnull=False) & ~models.Q(end_reason="")),
                name="membership_end_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person} in {self.group}"
