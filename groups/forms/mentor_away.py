from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from groups.models import Mentorship
from lib.day_input import TOO_FAR, DayInput, is_near
from lib.ids import RowsField


class _Groups(RowsField[Mentorship]):
    def label_from_instance(self, obj: Mentorship) -> str:
        return f"{obj.group}"


class DaysAwayForm(forms.Form):
    """Days on which a mentor is away. The first and last day are included."""

    starts_on = forms.DateField(label="First day", widget=DayInput())
    ends_on = forms.DateField(label="Last day", widget=DayInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on:
            if ends_on < starts_on:
                self.add_error("ends_on", "The last day is before the first day.")
            elif (ends_on - starts_on).days > 366:
                self.add_error("ends_on", "For more than a year, end the mentorship instead.")
        return cleaned


class OwnDaysAwayForm(DaysAwayForm):
    mentorships = _Groups(
        label="Groups",
        queryset=Mentorship.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one group."},
    )

    def __init__(self, *args: Any, mentorships: QuerySet[Mentorship], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mentorships"].queryset = mentorships  # type: ignore[attr-defined]
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if ends_on and ends_on < self.today:
            self.add_error("ends_on", "The last day has passed already.")
        elif not all(is_near(day, self.today) for day in (starts_on, ends_on) if day):
            self.add_error(None, TOO_FAR)
        return cleaned
