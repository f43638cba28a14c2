"""The browser's own calendar for a date field, whatever the language of the page."""

from datetime import date
from typing import Any

from django import forms

TOO_FAR = "Give days within two years of today."


def is_near(day: date, today: date) -> bool:
    """Say whether a day is within two years of today: farther ones are slips of the finger."""
    return abs((day - today).days) <= 731


class DayInput(forms.DateInput):
    """A date field as browsers know it; they want 2026-09-16 as its value."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")
