from typing import Any

from django import forms

from tracker.models import MaterialTick, Progress

# Instead of a state: back to the one before "done".
UNDO = "undo"
# Instead of a state: the request for help is at its end.
SORTED_OUT = "sorted_out"
# Instead of a state: a request for help that somebody else ended is not.
NOT_YET = "not_yet"


class MarkForm(forms.Form):
    """One of many buttons: `mark` is "enrolment-milestone-state", such as "12-3-done"."""

    mark = forms.RegexField(r"^[0-9]{1,15}-[0-9]{1,15}-[a-z_]+$")

    def clean_mark(self) -> tuple[int, int, str]:
        enrolment, milestone, state = self.cleaned_data["mark"].split("-")
        if state not in (UNDO, SORTED_OUT, NOT_YET) and state not in Progress.State:
            raise forms.ValidationError("This is not a state.")
        return int(enrolment), int(milestone), state


class OpinionForm(forms.Form):
    """An opinion on a material; "" for none."""

    opinion = forms.ChoiceField(choices=MaterialTick.Opinion, required=False)


_NOT_HOURS = "Enter hours between 0 and 500, such as 2.5."
_HOURS_ERRORS = {
    **dict.fromkeys(
        ("invalid", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"), _NOT_HOURS
    ),
    "min_value": "Hours cannot be negative.",
}


class HoursField(forms.DecimalField):
    """Takes a comma for a point, as half of Europe writes it.

    Text that is no number stays typed: the input is a text.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs["widget"] = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class HoursForm(forms.ModelForm[Progress]):
    """The hours a student has spent on a milestone; an empty field removes them."""

    class Meta:
        model = Progress
        fields = ("hours",)
        labels = {"hours": "Hours"}
        field_classes = {"hours": HoursField}
        error_messages = {"hours": _HOURS_ERRORS}
