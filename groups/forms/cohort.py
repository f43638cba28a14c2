from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django import forms

from courses.forms.cohort import CohortForm, check_year
from courses.models import Cohort
from lib.day_input import TOO_FAR, DayInput, is_near


class StartForm(forms.Form):
    """Another start for a cohort that has not begun."""

    starts_on = forms.DateField(label="Starts on", widget=DayInput())
    reason = forms.CharField(label="Why", max_length=100, help_text="Groups see it beside the earlier dates.")

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohort, self.today = cohort, today
        self.initial["starts_on"] = cohort.starts_on

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        if self.cohort.starts_on <= self.today:
            raise forms.ValidationError(f"{self.cohort} has started, so its start stays.")
        if starts_on == self.cohort.starts_on:
            raise forms.ValidationError(f"{self.cohort} starts on this day already.")
        if not is_near(starts_on, self.today):
            raise forms.ValidationError(TOO_FAR)
        return starts_on


class StartUndoForm(forms.Form):
    """Names the move of a start to undo, as its message did."""

    before = forms.DateField()
    after = forms.DateField()
    moved_at = forms.DateTimeField()


class LikeForm(forms.Form):
    """Which earlier cohort a new one is like, "" is none, and the start for which its calendar is shown."""

    like = forms.TypedChoiceField(label="Like", coerce=int, empty_value=None, required=False)
    starts_on = forms.DateField(required=False, validators=[check_year])

    def __init__(self, *args: Any, cohorts: Iterable[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["like"].choices = [  # type: ignore[attr-defined]
            *((cohort.pk, str(cohort)) for cohort in cohorts),
            ("", "nothing, start empty"),
        ]


class NextCohortForm(CohortForm):
    """A new cohort and what comes along from the one that it is like: what there is none of is not asked.

    Args:
        brings: the help texts of what comes along, by the names of the fields.
    """

    breaks = forms.BooleanField(label="Breaks", required=False, initial=True)
    mentors = forms.BooleanField(label="Mentors", required=False, initial=True)
    answers = forms.BooleanField(label="Answers worth keeping", required=False)

    class Meta(CohortForm.Meta):
        fields: ClassVar = ["title", "starts_on", "time_zone", "asks_before_meeting"]
        labels: ClassVar = {
            "title": "Name",
            "starts_on": "Starts on",
            "asks_before_meeting": "Students say before a meeting how it is going",
        }
        help_texts: ClassVar = {}

    def __init__(self, *args: Any, brings: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].help_text = ""
        self.fields["starts_on"].widget.attrs |= {
            "hx-get": "",
            "hx-trigger": "change",
            "hx-include": "#id_like",
            "hx-target": "#will",
            "hx-select": "#will",
            "hx-swap": "outerHTML",
        }
        for name in ("breaks", "mentors", "answers"):
            if name in brings:
                self.fields[name].help_text = brings[name]
            else:
                del self.fields[name]
