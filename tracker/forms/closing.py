from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from courses.models import Cohort
from groups.models import Enrolment
from lib.day_input import DayInput

# Who did not finish is chosen by name, the nearest to the end first; more than these have a page each for that.
MOST_NAMES = 200
_STAY = "stay"
_DO = "do"
# By the name of the field: its label, what it does, and what it leaves; the first is proposed.
_CHOICES: Mapping[str, tuple[str, tuple[tuple[str, str], tuple[str, str]]]] = {
    "closes_questions": (
        "Open questions",
        ((_DO, "Close them without an answer"), (_STAY, "Leave them open")),
    ),
    "discards_drafts": (
        "Drafts of check-ins",
        ((_STAY, "Keep them: mentors can still log the weeks before"), (_DO, "Discard them")),
    ),
    "discards_proposals": (
        "What was only proposed",
        ((_DO, "Discard it"), (_STAY, "Keep it")),
    ),
    "revokes_invitations": (
        "Invitations that nobody accepted",
        ((_DO, "Revoke them"), (_STAY, "Leave them open")),
    ),
}


class ClosingForm(forms.Form):
    """When a cohort is closed, and what becomes of each kind of thing that is open in it."""

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
        kinds: Collection[str],
        **kwargs: Any,
    ) -> None:
        """`others` have not finished: id and label; `kinds` are the fields of `_CHOICES` of which something is open."""
        super().__init__(*args, **kwargs)
        self.cohort, self.today = cohort, today
        self.finished, self.others = finished, others
        is_over = cohort.closed_on is not None and cohort.closed_on <= today
        self.initial.setdefault("on", cohort.closed_on if is_over else today)
        stay = (_STAY, "Stay enrolled in the closed cohort")
        if finished:
            self.fields["for_finished"] = forms.ChoiceField(
                label=f"Who has finished every milestone: {len(finished)}",
                choices=[("finished", "Finished"), stay],
                widget=forms.RadioSelect,
                initial="finished",
            )
        if others:
            self.fields["for_others"] = forms.ChoiceField(
                label=f"Who has not finished every milestone: {len(others)}",
                choices=[("dropped", "Dropped out"), ("finished", "Finished all the same"), stay],
                widget=forms.RadioSelect,
                error_messages={"required": "Choose what happens to them."},
            )
            named = others[:MOST_NAMES]
            self.fields["also_finished"] = forms.TypedMultipleChoiceField(
                label="Of these, finished all the same",
                choices=named,
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=""
                if len(named) == len(others)
                else f"The {MOST_NAMES} who are nearest to the end. End the enrolments of others first, on their page.",
            )
        for name in _CHOICES:
            if name in kinds:
                label, choices = _CHOICES[name]
                self.fields[name] = forms.TypedChoiceField(
                    label=label,
                    choices=choices,
                    coerce=lambda value: value == _DO,
                    widget=forms.RadioSelect,
                    initial=choices[0][0],
                )
        self.fields["word"] = forms.CharField(
            label="A word to everybody",
            max_length=1_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="It is part of the mail to the students and mentors, and shown with questions that are closed.",
        )

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on < self.cohort.starts_on:
            raise forms.ValidationError("This is before the cohort starts.")
        if on > self.today:
            raise forms.ValidationError(
                "Choose today or an earlier day. A last day to come is a field of “Edit cohort”."
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

    @property
    def chosen(self) -> dict[str, bool]:
        """Each of `_CHOICES`; False for what nothing is open of."""
        return {name: self.cleaned_data.get(name, False) for name in _CHOICES}
