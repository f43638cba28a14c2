"""The browser's own calendar for a date field, whatever the language of the page."""

from typing import Any

from django import forms


class DayInput(forms.DateInput):
    """A date field as browsers know it; they want 2026-09-16 as its value."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")
