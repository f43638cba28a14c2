from datetime import date, timedelta
from typing import Any

from django import forms

from courses.models import Cohort
from lib.day_input import DayInput
from lib.days import full_day

# A stay starts and ends at most a year before the cohort's start, or after today; and no later than the cohort ends.
_YEAR = timedelta(days=366)


class StayDay(forms.DateField):
    """The first or last day of a stay; today if nothing else is proposed. Distant days are refused as typing errors."""

    def __init__(self, *, cohort: Cohort, today: date, proposed: date | None = None, **kwargs: Any) -> None:
        self.first, self.last = cohort.starts_on - _YEAR, today + _YEAR
        if cohort.closed_on is not None and cohort.closed_on > today:
            self.last = min(self.last, cohort.closed_on)
        super().__init__(widget=DayInput(), initial=proposed or today, **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not self.first <= day <= self.last:
            raise forms.ValidationError(
                f"Choose a day between {full_day(self.first)} and {full_day(self.last)}."
            )
        return day
