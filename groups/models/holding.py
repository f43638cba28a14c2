"""What holds from a day on until another: enrolments, memberships, mentorships."""

from datetime import date
from typing import Self

from django.db import models

from lib.weeks import holds


def not_ended(on: date | models.F, of: str = "") -> models.Q:
    """Match rows that have not ended on that day; with `of`, rows with such rows under that lookup."""
    ended_on = f"{of}__ended_on" if of else "ended_on"
    return models.Q((ended_on, None)) | models.Q((f"{ended_on}__gt", on))


class HoldingQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that hold from `started_on` until the day before `ended_on`, the same rule as `lib.weeks.holds`."""

    def open(self, on: date | models.F) -> Self:
        return self.not_ended(on).filter(started_on__lte=on)

    def not_ended(self, on: date | models.F) -> Self:
        """Return rows that have not ended on that day, including those that start later."""
        return self.filter(not_ended(on))

    def ended(self, on: date) -> Self:
        return self.filter(ended_on__lte=on)

    def without_end(self) -> Self:
        """Return rows that go on until somebody ends them, including those that start later."""
        return self.filter(ended_on=None)

    def since(self, day: date) -> Self:
        """Return rows that hold from that day on without an end."""
        return self.without_end().filter(started_on=day)

    def lasting(self) -> Self:
        """Leave out rows that ended on their first day: they held on no day."""
        return self.filter(not_ended(models.F("started_on")))


class Holding(models.Model):
    """Has `started_on`, and `ended_on`, the first day on which it no longer holds."""

    started_on: models.DateField[date, date]
    ended_on: models.DateField[date | None, date | None]

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="%(class)s_ends_after_start",
            )
        ]

    def is_open(self, on: date) -> bool:
        return holds(on, self.started_on, self.ended_on)

    def has_ended(self, on: date) -> bool:
        return self.ended_on is not None and self.ended_on <= on

    def outlasts(self, other: "Holding") -> bool:
        return other.ended_on is not None and not self.has_ended(other.ended_on)

    def overlaps(self, started_on: date, ended_on: date | None) -> bool:
        """Whether it shares a day with [started_on, ended_on)."""
        return not self.has_ended(started_on) and (ended_on is None or self.started_on < ended_on)
