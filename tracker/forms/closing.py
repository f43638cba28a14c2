from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms

from courses.models import Cohort
from groups.models import Enrolment
from lib.day_input import DayInput

# Students who did not finish are chosen by name, the nearest to the end first; more than these have a page each.
MOST_NAMES = 200
_STAY = "stay"


class ClosingForm(forms.Form):
    """The day of closing a cohort, and the reasons of its enrolments' ends."""

    on = forms.DateField(
        label="Closed from",
        widget=DayInput(),
        help_text="The first day after the cohort. Enrolments end on it.",
    )

    def __init__(
        self,
        *args: Any,
        cohort: Cohort,
        today: date,
        finished: Collection[int],
        others: Sequence[tuple[int, str]],
        **kwargs: Any,
    ) -> None:
        """`others` have not finished: id and label."""
        super().__init__(*args, **kwargs)
        self.cohort, self.today = cohort, today
        self.finished, self.others = finished, others
        is_over = cohort.closed_on is not None and cohort.closed_on <= today
        self.initial.setdefault("on", cohort.closed_on if is_over else today)
        stay = (_STAY, "Stay enrolled in the closed cohort")
        if finished:
            self.fields["for_finished"] = forms.ChoiceField(
                label=f"Finished every milestone: {len(finished)}",
                choices=[("finished", "Finished"), stay],
                widget=forms.RadioSelect,
                initial="finished",
            )
        if others:
            self.fields["for_others"] = forms.ChoiceField(
                label=f"Some milestones left: {len(others)}",
                choices=[("dropped", "Dropped out"), ("finished", "Finished anyway"), stay],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose what happens to them."},
            )
            named = others[:MOST_NAMES]
            self.fields["also_finished"] = forms.TypedMultipleChoiceField(
                label="Of these, finished anyway",
                choices=named,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=""
                if len(named) == len(others)
                else f"The {MOST_NAMES} nearest to the end. For others, first end the enrolment on their page.",
            )
        self.fields["word"] = forms.CharField(
            label="Message to everybody",
            max_length=1_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="It goes into the e-mail to students and mentors, and is shown with closed questions.",
        )

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.cohort.starts_on:
            raise forms.ValidationError("This is before the cohort starts.")
        if on > self.today:
            raise forms.ValidationError(
                "Choose today or an earlier day. To plan a later last day, use “Edit cohort”."
            )
        return on

    @property
    def reasons(self) -> dict[int, str]:
        """Of the enrolments that end, by their id, why."""
        data = self.cleaned_data
        reasons = dict.fromkeys(self.finished, data.get("for_finished", _STAY))
        reasons |= dict.fromkeys((pk for pk, _ in self.others), data.get("for_others", _STAY))
        reasons |= dict.fromkeys(data.get("also_finished", ()), Enrolment.EndReason.FINISHED.value)
        return {pk: reason for pk, reason in reasons.items() if reason != _STAY}
