from django import forms

from tracker.models import Progress


class MarkForm(forms.Form):
    """What a cell of the grid or a state button sends: whose mark, at which milestone, and what it becomes."""

    enrolment = forms.IntegerField(min_value=1)
    milestone = forms.IntegerField(min_value=1)
    state = forms.ChoiceField(choices=Progress.State)


_WRONG = ("invalid", "min_value", "max_value", "max_digits", "max_decimal_places", "max_whole_digits")


class HoursForm(forms.ModelForm[Progress]):
    """The hours a student spent on a milestone so far; empty takes them away."""

    class Meta:
        model = Progress
        fields = ("hours",)
        widgets = {"hours": forms.NumberInput(attrs={"step": "0.25", "min": "0", "max": "500"})}
        error_messages = {"hours": dict.fromkeys(_WRONG, "Give hours between 0 and 500, such as 2.5.")}
