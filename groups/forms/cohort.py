from datetime import date
from typing import Any

from django import forms

from courses.models import Cohort
from lib.day_input import TOO_FAR, DayInput, is_near


class StartForm(forms.Form):
    """Another start for a cohort that has not begun."""

    starts_on = forms.DateField(label="Starts on", widget=DayInput())
    reason = forms.CharField(label="Why", max_length=100, help_text="Groups see it beside the earlier dates.")

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort, self.today = cohort, today
        self.initial["starts_on"] = cohort.starts_on

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if self.cohort.starts_on <= self.today:
            raise forms.ValidationError(f"{self.cohort} has started, so its start stays.")
        if starts_on == self.cohort.starts_on:
            raise forms.ValidationError(f"{self.cohort} starts on this day already.")
        if not is_near(starts_on, self.today):
            raise forms.ValidationError(TOO_FAR)
        return starts_on


class StartUndoForm(forms.Form):
    """Names the move of a start to undo, as its message did."""

    before = forms.DateField()
    after = forms.DateField()
    moved_at = forms.DateTimeField()
