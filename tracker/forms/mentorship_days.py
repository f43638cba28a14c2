from datetime import date
from typing import Any

from django import forms

from groups.actions.correcting import StayDays
from groups.forms.stay_day import StayDay
from groups.models import Mentorship


class MentorshipDaysForm(forms.Form):
    """Start and end of a mentorship. Only an ended one has an end; emptied, it is open again.

    `seen` holds the days that the preview showed. They are saved only if they are still what is typed and stored.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, mentorship: Mentorship, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentorship, cohort = mentorship, mentorship.group.cohort
        self.fields["start"] = StayDay(
            cohort=cohort, today=today, proposed=mentorship.started_on, label="Start"
        )
        if mentorship.ended_on is not None:
            self.fields["end"] = StayDay(
                cohort=cohort,
                today=today,
                proposed=mentorship.ended_on,
                label="End",
                required=False,
                help_text="The first day on which it no longer holds. Leave empty if it has not ended.",
            )

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [("Mentorship", [self[name] for name in ("start", "end") if name in self.fields])]

    def days(self) -> StayDays:
        return StayDays(self.cleaned_data["start"], self.cleaned_data.get("end"))

    def key(self) -> str:
        """What is stored and what is typed, as text."""
        stored, typed = self.mentorship, self.days()
        return f"{stored.started_on}/{stored.ended_on or ''} {typed.started_on}/{typed.ended_on or ''}"

    def is_as_previewed(self) -> bool:
        return bool(self.cleaned_data["seen"] == self.key())
