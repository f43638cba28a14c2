from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms

from courses.forms.cohort import CohortForm
from courses.models import Cohort
from groups.actions.forming import note_willing
from lib.day_input import TOO_FAR, DayInput, is_near
from people.models import User


class NewCohortForm(CohortForm):
    """A cohort, and who stays of the mentors of the one before."""

    def __init__(self, *args: Any, mentors: Sequence[tuple[User, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentors = {person.pk: (person, count) for person, count in mentors}
        if mentors:
            self.fields["mentors"] = forms.TypedMultipleChoiceField(
                label="Mentors who stay",
                coerce=int,
                required=False,
                choices=[
                    (person.pk, f"{person.name}, {count} group{'' if count == 1 else 's'}")
                    for person, count in mentors
                ],
                initial=list(self.mentors),
                widget=forms.CheckboxSelectMultiple,
                help_text="They are added to the list of mentors, for as many groups as before. They get no e-mail.",
            )

    def save_by(self, *, by: User, at: datetime) -> Cohort:
        cohort = super().save_by(by=by, at=at)
        if not cohort.is_closed(cohort.today(at)):
            for pk in self.cleaned_data.get("mentors", ()):
                person, count = self.mentors[pk]
                note_willing(cohort=cohort, person=person, most_groups=count, by=by, at=at)
        return cohort


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
            raise forms.ValidationError(f"{self.cohort} has begun, so its start stays.")
        if starts_on == self.cohort.starts_on:
            raise forms.ValidationError(f"{self.cohort} starts on this day already.")
        if not is_near(starts_on, self.today):
            raise forms.ValidationError(TOO_FAR)
        return starts_on


class StartUndoForm(forms.Form):
    """Which move of a start to undo, as the message said it."""

    before = forms.DateField()
    after = forms.DateField()
    moved_at = forms.DateTimeField()
