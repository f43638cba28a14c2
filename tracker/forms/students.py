from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from groups.models import Absence, Enrolment
from lib.day_input import TOO_FAR, DayInput, is_near
from lib.days import day_label, day_range_label
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


class AbsenceForm(forms.ModelForm[Absence]):
    class Meta:
        model = Absence
        fields = ("starts_on", "ends_on", "reason")
        labels = {"starts_on": "From", "ends_on": "To"}
        widgets = {"starts_on": DayInput, "ends_on": DayInput}
        help_texts = {
            "ends_on": "The last day away.",
            "reason": "For example: holidays, exams. The student can read this.",
        }

    def __init__(self, *args: Any, enrolment: Enrolment, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enrolment = enrolment
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on is None or ends_on is None:
            return cleaned
        if ends_on < starts_on:
            self.add_error("ends_on", "The last day is before the first day.")
            return cleaned
        if not is_near(starts_on, self.today) or not is_near(ends_on, self.today):
            raise ValidationError(TOO_FAR)
        other = self.enrolment.absences.overlapping(starts_on, ends_on).first()
        if other is not None:
            days = day_range_label(other.starts_on, other.ends_on, self.today)
            raise ValidationError(f"This overlaps an absence, {days}. Remove that one first.")
        return cleaned


class WaiveForm(forms.Form):
    milestone = forms.IntegerField(min_value=1)
