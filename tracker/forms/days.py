from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from courses.models import Cohort
from groups.actions.correcting import Days
from groups.forms.stay_day import StayDay
from groups.models import Enrolment, Membership, Mentorship
from lib.days import full_day

type Row = Enrolment | Membership | Mentorship


class DaysForm(forms.Form):
    """Start and end of rows, by name. Only an ended stay has an end; emptied, it is open again.

    `seen` holds the days that were saved when the form was opened: those that somebody else corrected meanwhile are
    shown first.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, rows: Mapping[str, tuple[str, Row]], cohort: Cohort, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rows = rows
        for name, (_, row) in rows.items():
            self.fields[f"{name}-start"] = StayDay(
                cohort=cohort, today=today, proposed=row.started_on, label="Start"
            )
            if row.ended_on is not None:
                self.fields[f"{name}-end"] = StayDay(
                    cohort=cohort,
                    today=today,
                    proposed=row.ended_on,
                    label="End",
                    required=False,
                    help_text="The first day after it. Leave empty if it has not ended.",
                )

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (label, [self[f"{name}-{end}"] for end in ("start", "end") if f"{name}-{end}" in self.fields])
            for name, (label, _) in self._rows.items()
        ]

    def key(self) -> str:
        """The days that are saved, as text."""
        return " ".join(f"{row.started_on}/{row.ended_on or ''}" for _, row in self._rows.values())

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("seen") != self.key():
            saved = "; ".join(f"{label} {days_label(row)}" for label, row in self._rows.values())
            raise forms.ValidationError(
                f"These days were corrected since you opened this page. Saved now: {saved}. Save again to replace them."
            )
        return self.cleaned_data

    def days(self, name: str) -> Days:
        return self.cleaned_data[f"{name}-start"], self.cleaned_data.get(f"{name}-end")


class EnrolmentDaysForm(DaysForm):
    def __init__(self, *args: Any, enrolment: Enrolment, stays: Sequence[Membership], **kwargs: Any) -> None:
        self.enrolment, self.stays = enrolment, stays
        rows: dict[str, tuple[str, Row]] = {"enrolment": ("Enrolment", enrolment)}
        rows |= {
            f"stay-{stay.pk}": (f"Stay {n}: {stay.group}", stay) for n, stay in enumerate(stays, start=1)
        }
        super().__init__(*args, rows=rows, cohort=enrolment.cohort, **kwargs)

    def days_of_stays(self) -> dict[int, Days]:
        """A stay that began or ended with the enrolment moves along, unless its own day was changed."""
        (first, last), before = self.days("enrolment"), self.enrolment
        chosen = {}
        for stay in self.stays:
            start, end = self.days(f"stay-{stay.pk}")
            if stay.started_on == before.started_on and start == stay.started_on:
                start = first
            if before.ended_on is not None and stay.ended_on == before.ended_on == end:
                end = last
            chosen[stay.pk] = start, end
        return chosen


def days_label(row: Row) -> str:
    label = f"from {full_day(row.started_on)}"
    return f"{label} until {full_day(row.ended_on)}" if row.ended_on else label
