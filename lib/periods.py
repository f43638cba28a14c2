"""Rows with a first and a last day, both included: breaks, absences, days away."""

from datetime import date
from typing import Self

from django.db import models


class PeriodQuerySet[Row: models.Model](models.QuerySet[Row]):
    def not_over(self, on: date) -> Self:
        """Return those whose last day has not passed, including those that start later."""
        return self.filter(ends_on__gte=on)

    def overlapping(self, starts_on: date, ends_on: date) -> Self:
        """Return those that share a day with [starts_on, ends_on]."""
        return self.not_over(starts_on).filter(starts_on__lte=ends_on)
