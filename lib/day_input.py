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
