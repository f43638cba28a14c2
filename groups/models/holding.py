from datetime import date
from typing import Self

from django.db import models


class HoldingQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that hold from `started_on` until the day before `ended_on`, as `lib.weeks.holds` says of one of them."""

    def open(self, on: date) -> Self:
        """Begun and not ended on that day."""
        return self.not_ended(on).filter(started_on__lte=on)

    def not_ended(self, on: date) -> Self:
        """Begun or still to begin, and not ended on that day."""
        return self.filter(models.Q(ended_on=None) | models.Q(ended_on__gt=on))
