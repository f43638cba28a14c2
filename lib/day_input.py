from datetime import date
from typing import Any

from django import forms

TOO_FAR = "Choose a date within two years of today."


def is_near(day: date, today: date) -> bool:
    """Whether a day is within two years of today. Other days are typing errors."""
    return abs((day - today).days) <= 731


class DayInput(forms.DateInput):
    """Browsers require values in the format 2026-09-16."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class PeriodForm(forms.Form):
    """A first and a last day, both included, at most a year apart."""

    starts_on = forms.DateField(label="First day", widget=DayInput())
    ends_on = forms.DateField(label="Last day", widget=DayInput())
    too_long = "Choose a year at most."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on:
            if ends_on < starts_on:
                self.add_error("ends_on", "The last day is before the first day.")
            elif (ends_on - starts_on).days > 366:
                self.add_error("ends_on", self.too_long)
        return cleaned
