from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from groups.models import MentorAway, Mentorship
from lib.day_input import TOO_FAR, DayInput, is_near
from lib.ids import RowsField


class _Groups(RowsField[Mentorship]):
    def label_from_instance(self, obj: Mentorship) -> str:
        return f"{obj.group}"


class OwnDaysAwayForm(forms.Form):
    starts_on = forms.DateField(label="From", widget=DayInput)
    ends_on = forms.DateField(label="To", widget=DayInput, help_text="The last day away.")
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
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on is None or ends_on is None:
            return cleaned
        if ends_on < starts_on:
            self.add_error("ends_on", "The last day is before the first day.")
        elif ends_on < self.today:
            self.add_error("ends_on", "The last day has passed already.")
        elif not is_near(starts_on, self.today) or not is_near(ends_on, self.today):
            raise ValidationError(TOO_FAR)
        else:
            self._refuse_overlap(cleaned.get("mentorships", ()), starts_on, ends_on)
        return cleaned

    def _refuse_overlap(self, mentorships: Iterable[Mentorship], starts_on: date, ends_on: date) -> None:
        away = MentorAway.objects.filter(
            mentorship__in=mentorships, starts_on__lte=ends_on, ends_on__gte=starts_on
        ).select_related("mentorship__group")
        groups = sorted({str(row.mentorship.group) for row in away})
        if groups:
            raise ValidationError(
                f"You are away from {' and '.join(groups)} on some of these days already. Remove those days first."
            )


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
