"""The forms of the check-in page: the check-in, an entry, a step, a question."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lib.day_input import DayInput
from lib.weeks import Week
from tracker.access.group_weeks import WeekMember
from tracker.models import AgreedStep, CheckIn
from tracker.standing import Attendance, Outcome, Pace

KEPT = ("outcome", "held_on", "minutes", "summary", "private_note", "request")
KEPT_OF_ENTRY = ("attendance", "pace", "blocker", "note")
LONGEST_TEXT = 10_000
# The furthest a check-in can be moved after its week.
_FARTHEST_MOVE = timedelta(days=60)
_LINES = {"rows": 1, "maxlength": LONGEST_TEXT}


class ServerCheckedForm(forms.Form):
    """A form checked on the server only: the browser must not reject fields that the outcome hides."""

    use_required_attribute = False


class CheckInForm(ServerCheckedForm):
    """The outcome of a week's check-in, its day and minutes, and the three texts."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    outcome = forms.ChoiceField(
        choices=[(word.value, word.label) for word in Outcome], widget=forms.RadioSelect, initial=Outcome.HELD
    )
    held_on = forms.DateField(label="Held on", widget=DayInput, required=False)
    moved_to = forms.DateField(label="Moved to", widget=DayInput, required=False)
    minutes = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1440,
        error_messages={"min_value": "Enter at least 1 minute.", "max_value": "Enter at most 1440 minutes."},
    )
    summary = forms.CharField(
        label="For the group",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2, "aria-describedby": "id_summary_error summary-readers"}),
    )
    private_note = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2, "aria-describedby": "id_private_note_error private-note-readers"}),
    )
    request = forms.CharField(
        label="Request to the course admin",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 1, "aria-describedby": "id_request_error request-readers"}),
    )

    def __init__(self, *args: Any, week: Week, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week, self.today = week, today
        last_day = min(week.ends_on, today).isoformat()
        self.fields["held_on"].widget.attrs |= {"min": week.starts_on.isoformat(), "max": last_day}
        self.fields["moved_to"].widget.attrs |= {"min": week.starts_on.isoformat()}
        self.fields["minutes"].widget.attrs |= {"inputmode": "numeric"}

    def clean(self) -> dict[str, Any]:
        """Keep the day and minutes that the outcome needs; fields that it hides are ignored."""
        cleaned: dict[str, Any] = self.cleaned_data
        outcome = cleaned.get("outcome")
        if outcome != CheckIn.Outcome.HELD:
            self._forget("minutes")
        if outcome != CheckIn.Outcome.MOVED:
            self._forget("moved_to")
        if outcome in (CheckIn.Outcome.HELD, CheckIn.Outcome.GROUP_ABSENT):
            self._check_day(cleaned.get("held_on"), is_needed=outcome == CheckIn.Outcome.HELD)
        else:
            self._forget("held_on")
        if outcome == CheckIn.Outcome.MOVED:
            self._check_moved_to(cleaned.get("moved_to"))
        if outcome == CheckIn.Outcome.HELD and cleaned.get("minutes") is None:
            self._add_missing("minutes", "Enter the minutes it took.")
        return cleaned

    def _forget(self, name: str) -> None:
        self.errors.pop(name, None)
        self.cleaned_data[name] = None

    def _add_missing(self, name: str, message: str) -> None:
        if name not in self.errors:
            self.add_error(name, ValidationError(message, code="required"))

    def _check_day(self, day: date | None, *, is_needed: bool) -> None:
        if day is None:
            if is_needed:
                self._add_missing("held_on", "Enter the day of the check-in.")
        elif not self.week.contains(day):
            self.add_error("held_on", f"Choose a day in this week, {self.week.label}.")
        elif day > self.today:
            self.add_error("held_on", "This date is in the future.")

    def _check_moved_to(self, day: date | None) -> None:
        if day is not None and not self.week.starts_on <= day <= self.week.ends_on + _FARTHEST_MOVE:
            self.add_error("moved_to", "Choose a day in this week or shortly after.")

    @property
    def is_held(self) -> bool:
        return self.is_bound and bool(self.cleaned_data.get("outcome") == CheckIn.Outcome.HELD)

    def kept(self) -> dict[str, Any]:
        """Return the values of the check-in's own fields; `held_on` is the day it was held or moved to."""
        day = self.cleaned_data["moved_to"] or self.cleaned_data["held_on"]
        return {name: self.cleaned_data[name] for name in KEPT} | {"held_on": day}


class NextStepForm(ServerCheckedForm):
    """A step to agree on, and by when; without text there is no step."""

    next_step = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    next_due_on = forms.DateField(required=False, widget=DayInput)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_step"].label = f"{name}: next step"
        self.fields["next_due_on"].label = f"{name}: next step, by"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not cleaned.get("next_step") and "next_step" not in self.errors:
            self.errors.pop("next_due_on", None)
            cleaned["next_due_on"] = None
        return cleaned


class EntryForm(NextStepForm):
    """The entry of one student, and a next step."""

    attendance = forms.ChoiceField(
        choices=[(word.value, word.label) for word in Attendance], widget=forms.RadioSelect
    )
    pace = forms.ChoiceField(
        choices=[(word.value, word.label) for word in Pace], widget=forms.RadioSelect, required=False
    )
    blocker = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.TextInput({"placeholder": "What is blocking them?", "autocomplete": "off"}),
    )
    note = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(_LINES))

    def __init__(self, *args: Any, member: WeekMember, **kwargs: Any) -> None:
        super().__init__(*args, name=member.name, **kwargs)
        for name, label in {
            "attendance": "attendance",
            "pace": "pace",
            "blocker": "blocked by",
            "note": "note",
        }.items():
            self.fields[name].label = f"{member.name}: {label}"
        self.fields["attendance"].error_messages["required"] = f"Choose whether {member.name} was there."


class StepStateForm(ServerCheckedForm):
    """The state of a step that was agreed earlier; `was` is the state when the form was opened."""

    state = forms.ChoiceField(
        choices=[
            (AgreedStep.State.DONE, "Done"),
            (AgreedStep.State.OPEN, "Keep open"),
            (AgreedStep.State.DROPPED, "Drop"),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, step: AgreedStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        self.fields["state"].label = f"Step: {step.text}"

    @property
    def new_state(self) -> AgreedStep.State | None:
        """The state chosen; None if it was not changed here, so that someone else's change stays."""
        state = self.cleaned_data.get("state")
        return AgreedStep.State(state) if state and state != self.cleaned_data.get("was") else None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """The entry of one member, and the forms of their steps."""

    member: WeekMember
    form: EntryForm
    steps: tuple[StepStateForm, ...]


class QuestionLineForm(ServerCheckedForm):
    """A question to log; `again` is the id of a question that was asked before."""

    title = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.TextInput({"placeholder": "Question", "autocomplete": "off"}),
    )
    milestone = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    asked_by = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    again = forms.IntegerField(required=False)

    def __init__(
        self,
        *args: Any,
        number: int,
        milestones: list[tuple[int | str, str]],
        members: list[tuple[int | str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        self.fields["milestone"].choices = [("", "No milestone"), *milestones]  # type: ignore[attr-defined]
        self.fields["asked_by"].choices = [("", "Someone"), *members]  # type: ignore[attr-defined]
        for name, label in {
            "title": "question",
            "milestone": "milestone of question",
            "asked_by": "who asked question",
            "again": "asked before",
        }.items():
            self.fields[name].label = f"{label} {number + 1}".capitalize()

    @property
    def is_empty(self) -> bool:
        return not self.cleaned_data.get("title") and not self.cleaned_data.get("again")
