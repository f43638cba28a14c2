from collections.abc import Sequence
from typing import Any

from django import forms

from courses.models import Cohort
from groups.models import Group
from lib.day_input import DayInput


class WorkbookForm(forms.Form):
    """Only for readers of private notes, which are exported when asked for."""

    private_notes = forms.BooleanField(
        label="With private notes",
        required=False,
        help_text="Private notes are for the group's mentors and the course admins; keep this in mind when you share"
        " the file.",
    )


class WorkbooksForm(WorkbookForm):
    group = forms.ModelChoiceField(
        Group.objects.none(), label="Group", required=False, empty_label="All groups, as a ZIP"
    )
    field_order: Sequence[str] = ("group", "private_notes")

    def __init__(self, cohort: Cohort, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = cohort.groups.in_order()  # type: ignore[attr-defined]


class CsvForm(WorkbooksForm):
    since = forms.DateField(label="From", required=False, widget=DayInput)
    until = forms.DateField(label="Until", required=False, widget=DayInput)
    field_order: Sequence[str] = ("group", "since", "until", "private_notes")

    def __init__(self, cohort: Cohort, *args: Any, **kwargs: Any) -> None:
        super().__init__(cohort, *args, **kwargs)
        self.fields["group"].empty_label = "All groups"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", "The last day is before the first day.")
        return cleaned
