from datetime import date
from typing import Self

from django.conf import settings
from django.db import models

from groups.models.group import Group
from groups.models.holding import Holding, HoldingQuerySet
from lib.history import Records
from people.models import User


class MentorshipQuerySet(HoldingQuerySet["Mentorship"]):
    def there(self, on: date) -> Self:
        """Return those that are open on that day and whose mentor is not away."""
        away = models.FilteredRelation(
            "away", condition=models.Q(away__starts_on__lte=on, away__ends_on__gte=on)
        )
        return self.open(on).annotate(days_away=away).filter(days_away=None)

    def people(self) -> list[User]:
        """Return the mentors, those who began first at the start."""
        return [row.person for row in self.select_related("person").order_by("pk")]


class Mentorship(Holding):
    """A mentor, co-mentor or stand-in of a group, from `started_on` until the day before `ended_on`."""

    class Role(models.TextChoices):
        MENTOR = "mentor", "mentor"
        CO_MENTOR = "co-mentor", "co-mentor"
        STAND_IN = "cover", "stand-in"

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="mentorships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentorships")
    role = models.CharField(max_length=20, choices=Role, default=Role.MENTOR)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    history = Records()
    objects = MentorshipQuerySet.as_manager()

    class Meta:
        constraints = [
            *Holding.Meta.constraints,
            models.UniqueConstraint(
                fields=["group", "person"],
                condition=models.Q(ended_on=None),
                name="mentorship_one_open_per_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()} of {self.group}"

    @property
    def place(self) -> tuple[int, date, int]:
        """Sorts mentors before co-mentors before stand-ins, each the earliest first."""
        return self.Role.values.index(self.role), self.started_on, self.pk

    def is_there(self, on: date) -> bool:
        """As `there` of the querysets says it of many."""
        return self.is_open(on) and not any(away.period.contains(on) for away in self.away.all())
