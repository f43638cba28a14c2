from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from groups.actions.correcting import StayDays
from groups.forms.stay_day import StayDay
from groups.models import Enrolment, Membership


class EnrolmentDaysForm(forms.Form):
    """Start and end of an enrolment and its stays. Only what has ended has an end; emptied, it is open again.

    `seen` holds the days that the preview showed. They are saved only if they are still what is typed and stored.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        enrolment: Enrolment,
        stays: Sequence[Membership],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.enrolment, self.stays, self._today = enrolment, stays, today
        self._add_days("enrolment", enrolment)
        for stay in stays:
            self._add_days(f"stay-{stay.pk}", stay)

    def _add_days(self, name: str, row: Enrolment | Membership) -> None:
        cohort = self.enrolment.cohort
        self.fields[f"{name}-start"] = StayDay(
            cohort=cohort, today=self._today, proposed=row.started_on, label="Start"
        )
        if row.ended_on is not None:
            self.fields[f"{name}-end"] = StayDay(
                cohort=cohort,
                today=self._today,
                proposed=row.ended_on,
                label="End",
                required=False,
                help_text="The first day on which it no longer holds. Leave empty if it has not ended.",
            )

    def rows(self) -> list[tuple[str, list[forms.BoundField]]]:
        named = [("Enrolment", "enrolment")]
        named += [
            (f"Stay {n}: {stay.group}", f"stay-{stay.pk}") for n, stay in enumerate(self.stays, start=1)
        ]
        return [
            (
                label,
                [self[f"{name}-{end}"] for end in ("start", "end") if f"{name}-{end}" in self.fields],
            )
            for label, name in named
        ]

    def days(self) -> StayDays:
        return self._days("enrolment")

    def days_of_stays(self) -> dict[int, StayDays]:
        """A stay that began or ended with the enrolment moves along, unless its own day was changed."""
        whole, before = self.days(), self.enrolment
        chosen = {}
        for stay in self.stays:
            own = self._days(f"stay-{stay.pk}")
            start, end = own.started_on, own.ended_on
            if stay.started_on == before.started_on and start == stay.started_on:
                start = whole.started_on
            if before.ended_on is not None and stay.ended_on == before.ended_on == end:
                end = whole.ended_on
            chosen[stay.pk] = StayDays(start, end)
        return chosen

    def _days(self, name: str) -> StayDays:
        return StayDays(self.cleaned_data[f"{name}-start"], self.cleaned_data.get(f"{name}-end"))

    def key(self) -> str:
        """What is stored and what is typed, as text."""
        stored = [(self.enrolment.started_on, self.enrolment.ended_on)]
        stored += [(stay.started_on, stay.ended_on) for stay in self.stays]
        typed = [self.days(), *self.days_of_stays().values()]
        days = [*stored, *((days.started_on, days.ended_on) for days in typed)]
        return " ".join(f"{start}/{end or ''}" for start, end in days)

    def is_as_previewed(self) -> bool:
        return bool(self.cleaned_data["seen"] == self.key())
