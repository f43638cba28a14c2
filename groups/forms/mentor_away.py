from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from groups.models import Mentorship
from lib.day_input import TOO_FAR, PeriodForm, is_near
from lib.ids import RowsField


class _Groups(RowsField[Mentorship]):
    def label_from_instance(self, obj: Mentorship) -> str:
        return f"{obj.group}"


class DaysAwayForm(PeriodForm):
    """Days on which a mentor is away."""

    too_long = "For more than a year, end the mentorship instead."


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
