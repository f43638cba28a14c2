from django import forms

from tracker.models import Progress

# Instead of a state: back to the one before "done".
UNDO = "undo"


class MarkForm(forms.Form):
    """One of many buttons: `mark` is "enrolment-milestone-state", such as "12-3-done"."""

    mark = forms.RegexField(r"^[0-9]{1,15}-[0-9]{1,15}-[a-z_]+$")

    def clean_mark(self) -> tuple[int, int, str]:
        enrolment, milestone, state = self.cleaned_data["mark"].split("-")
        if state != UNDO and state not in Progress.State.values:
            raise forms.ValidationError("This is not a state.")
        return int(enrolment), int(milestone), state


_NOT_HOURS = "Enter hours between 0 and 500, such as 2.5."
_HOURS_ERRORS = {
    **dict.fromkeys(
        ("invalid", "max_value", "max_digits", "max_decimal_places", "max_whole_digits"), _NOT_HOURS
    ),
    "min_value": "Hours cannot be negative.",
}


class HoursForm(forms.ModelForm[Progress]):
    """The hours a student has spent on a milestone; an empty field removes them."""

    class Meta:
        model = Progress
        fields = ("hours",)
        widgets = {"hours": forms.NumberInput(attrs={"step": "0.25", "min": "0", "max": "500"})}
        error_messages = {"hours": _HOURS_ERRORS}
