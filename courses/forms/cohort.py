from datetime import date
from typing import Any, ClassVar

from django import forms

from courses.models import Cohort
from lib.day_input import DayInput, PeriodForm
from lib.editing import VersionedForm
from lib.time_zones import TimeZoneField

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2099, 12, 31)


def check_year(day: date | None) -> None:
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise forms.ValidationError(f"Choose a day between {FIRST_DAY.year} and {LAST_DAY.year}.")


class CohortForm(VersionedForm[Cohort]):
    class Meta:
        model = Cohort
        fields: ClassVar = ["title", "starts_on", "time_zone", "asks_before_meeting", "closed_on"]
        labels: ClassVar = {"starts_on": "Starts on", "closed_on": "Closed on"}
        help_texts: ClassVar = {
            "title": "For example: Autumn 2026.",
            "starts_on": "Teaching week 1 is the week that includes this day.",
            "asks_before_meeting": (
                "On my week, with one tap: stuck, so-so or well. "
                "Their mentors and the course admins read it, not their group."
            ),
            "closed_on": "The first day after the cohort ends. Leave empty while it is running.",
        }
        widgets: ClassVar = {
            "starts_on": DayInput(),
            "closed_on": DayInput(),
        }

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance.pk is None
        if not is_new and not self.instance.has_begun(today):
            # It moves on a form of its own, with all that hangs on it.
            del self.fields["starts_on"]
        # A cohort that follows on none begins with the time zone of the browser.
        is_first = is_new and self.instance.time_zone == "UTC"
        self.fields["time_zone"] = TimeZoneField(
            saved=self.instance.time_zone,
            is_proposed=is_first and not self.is_bound,
            initial=self.instance.time_zone,
            help_text="Days start and end in this time zone.",
        )

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        others = Cohort.objects.filter(course_id=self.instance.course_id).exclude(pk=self.instance.pk)
        if others.filter(title__iexact=title).exists():
            raise forms.ValidationError("This course already has a cohort with this title.")
        return title

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        check_year(starts_on)
        return starts_on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_on, closed_on = cleaned.get("starts_on", self.instance.starts_on), cleaned.get("closed_on")
        if closed_on:
            if starts_on and closed_on < starts_on:
                self.add_error("closed_on", "This is before the cohort starts.")
            elif closed_on > LAST_DAY:
                self.add_error("closed_on", f"Choose a day up to {LAST_DAY.year}.")
        return cleaned


class ClosedCohortForm(CohortForm):
    """For a cohort that somebody has closed: its last day is that of the closing, which is undone as a whole."""

    class Meta(CohortForm.Meta):
        fields: ClassVar = [name for name in CohortForm.Meta.fields if name != "closed_on"]

    def clean_starts_on(self) -> date:
        starts_on = super().clean_starts_on()
        if self.instance.closed_on and starts_on > self.instance.closed_on:
            raise forms.ValidationError("This is after the day on which the cohort was closed.")
        return starts_on


class PauseForm(PeriodForm):
    title = forms.CharField(
        label="Name", max_length=100, required=False, help_text="For example: winter break."
    )
    field_order = ("title", "starts_on", "ends_on")
    too_long = "A break is at most a year long."

    def clean_starts_on(self) -> date:
        starts_on: date = self.cleaned_data["starts_on"]
        check_year(starts_on)
        return starts_on
