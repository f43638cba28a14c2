from datetime import date
from typing import Self

from django.db import models


class HoldingQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that hold from `started_on` until the day before `ended_on`, the same rule as `lib.weeks.holds`."""

    def open(self, on: date) -> Self:
        return self.not_ended(on).filter(started_on__lte=on)

    def not_ended(self, on: date) -> Self:
        """Return rows that have not ended on that day, including those that start later."""
        return self.filter(models.Q(ended_on=None) | models.Q(ended_on__gt=on))
