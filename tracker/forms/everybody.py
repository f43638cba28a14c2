from typing import Any

from django import forms
from django.utils.html import format_html

from courses.models import Cohort
from groups.forms.people import group_field
from tracker.models import Progress


class EverybodyForm(forms.Form):
    """What is invalid is ignored."""

    state = forms.ChoiceField(
        label="State now",
        required=False,
        choices=[
            ("", "Any state"),
            (Progress.State.NEED_HELP, "Needs help"),
            (Progress.State.WORKING, "Working on it"),
            (Progress.State.NOT_STARTED, "Not started"),
            (Progress.State.DONE, "Done"),
        ],
    )
    behind = forms.BooleanField(required=False)
    field_order = ("group", "state", "behind")

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = group_field(cohort, empty_label="All groups")
        self.order_fields(self.field_order)

    @property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        return {name: self.cleaned_data.get(name) or None for name in self.field_order}

    def say_behind(self, count: int) -> None:
        """Say beside the box how many are behind."""
        self["behind"].label = format_html("Behind <small>{}</small>", count)
