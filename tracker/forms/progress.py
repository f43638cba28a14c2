from django import forms

from tracker.models import Progress


class MarkForm(forms.Form):
    enrolment = forms.IntegerField(min_value=1)
    milestone = forms.IntegerField(min_value=1)
    state = forms.ChoiceField(choices=Progress.State)


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
