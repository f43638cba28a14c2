from datetime import date
from typing import Any

from django import forms

from courses.models import Cohort
from groups.forms.stay_day import StayDay


class ShiftDaysForm(forms.Form):
    """Move the due dates of the groups of a cohort by days."""

    days = forms.IntegerField(
        label="Shift by (days)",
        min_value=-366,
        max_value=366,
        help_text="Use a negative number to move dates earlier.",
    )
    reason = forms.CharField(
        label="Why", max_length=100, help_text="Groups read it beside the dates that were promised before."
    )
    field_order = ("from_on", "days", "reason")

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "shift")
        super().__init__(*args, **kwargs)
        self.fields["from_on"] = StayDay(cohort=cohort, today=today, label="Due dates from")
        self.order_fields(self.field_order)

    def clean_days(self) -> int:
        days: int = self.cleaned_data["days"]
        if days == 0:
            raise forms.ValidationError("By 0 days nothing moves.")
        return days
