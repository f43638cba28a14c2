from collections.abc import Sequence
from typing import Any

from django import forms

from courses.models import Cohort
from groups.models import Group
from sheets.models import SheetAddress


class AddressForm(forms.Form):
    kind = forms.ChoiceField(label="What the spreadsheet reads", choices=SheetAddress.Kind.choices)


class WorkbookForm(forms.Form):
    """Only for readers of private notes, which are exported when asked for. The page says who they are for."""

    private_notes = forms.BooleanField(label="With private notes", required=False)


class WorkbooksForm(WorkbookForm):
    group = forms.CharField(
        label="Group",
        required=False,
        max_length=100,
        # The page lists the names of a few groups; among thousands one types.
        widget=forms.TextInput(attrs={"list": "group-names", "autocomplete": "off"}),
    )
    field_order: Sequence[str] = ("group", "private_notes")

    def __init__(self, cohort: Cohort, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cohort = cohort

    def clean_group(self) -> Group | None:
        name = self.cleaned_data["group"]
        if not name:
            return None
        groups = self._cohort.groups
        group = groups.filter(name=name).first() or groups.filter(name__iexact=name).first()
        if group is None:
            raise forms.ValidationError(f"There is no group “{name}” in this cohort.")
        return group
