from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from groups.models import Enrolment
from lib.day_input import TOO_FAR, DayInput, PeriodForm, is_near
from lib.days import day_label
from tracker.models import AttentionPutAside, Progress
from tracker.models.progress import help_answered_at

# No one is snoozed permanently.
_MOST_DAYS_ASIDE = 60


class SnoozeForm(forms.ModelForm[AttentionPutAside]):
    class Meta:
        model = AttentionPutAside
        fields = ("until_on", "reason")
        widgets = {"until_on": DayInput}

    def __init__(self, *args: Any, enrolment: Enrolment, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment
        self.today = today
        last = today + timedelta(days=_MOST_DAYS_ASIDE)
        until = self.fields["until_on"]
        until.help_text = f"At most {_MOST_DAYS_ASIDE} days from now."
        until.widget.attrs.update(min=f"{today + timedelta(days=1)}", max=f"{last}")
        self.fields["reason"].help_text = "Only mentors and course admins can read this."

    def clean_until_on(self) -> date:
        until_on: date = self.cleaned_data["until_on"]
        last = self.today + timedelta(days=_MOST_DAYS_ASIDE)
        if until_on <= self.today:
            raise ValidationError("Choose a date in the future.")
        if until_on > last:
            raise ValidationError(f"Choose {day_label(last, self.today)} or an earlier date.")
        return until_on

    def clean(self) -> dict[str, Any]:
        """A request for help that stands is answered, not snoozed: nobody else would be told of it."""
        needs = Progress.objects.filter(enrolment=self.enrolment, state=Progress.State.NEED_HELP)
        waiting = needs.annotate(help_answered_at=help_answered_at()).filter(help_answered_at=None)
        if need := waiting.select_related("milestone").order_by("state_since", "pk").first():
            who = self.enrolment.person
            raise ValidationError(f"{who} needs help with {need.milestone}. Answer it first.")
        return super().clean() or self.cleaned_data


class AbsenceForm(PeriodForm):
    """Days on which a student is away.

    Args:
        first: the first day that may be chosen, for students themselves.
    """

    reason = forms.CharField(label="Why", max_length=200, required=False)
    too_long = TOO_FAR

    def __init__(self, *args: Any, today: date, first: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.first = today, first
        self.fields["starts_on"].label, self.fields["ends_on"].label = "From", "To"
        if first:
            for name in ("starts_on", "ends_on"):
                self.fields[name].widget.attrs["min"] = f"{first}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if self.first and starts_on and starts_on < self.first:
            self.add_error(
                "starts_on", "Choose today or a later day. Your mentor can add days that have passed."
            )
        elif not all(is_near(day, self.today) for day in (starts_on, ends_on) if day):
            self.add_error(None, TOO_FAR)
        return cleaned


class WaiveForm(forms.Form):
    milestone = forms.IntegerField(min_value=1)
