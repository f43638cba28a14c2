"""The form of the check-in itself: what became of the meeting, its day and minutes, and the texts."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from lib.day_input import DayInput
from lib.days import long_day, relative_day
from lib.editing import VersionedForm
from lib.weeks import Week
from tracker.models import CheckIn

LONGEST_TEXT = 10_000
# The furthest a check-in can be moved after its week.
_FARTHEST_MOVE = timedelta(days=60)


class DayChoice(forms.TypedChoiceField):
    """One of a few days."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=date.fromisoformat, empty_value=None, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


# The outcomes of a meeting that was held, or should have been.
_PAST = (CheckIn.Outcome.HELD, CheckIn.Outcome.GROUP_ABSENT)


class CheckInForm(VersionedForm[CheckIn]):
    """The outcome of a week's check-in, its day and minutes, and the three texts.

    `is_early`: the day of the week's meeting is ahead, so it is asked whether that meeting still takes place.
    """

    # Checked on the server only: the browser must not reject fields that the outcome hides.
    use_required_attribute = False

    outcome = forms.ChoiceField(
        label="Result",
        choices=[
            (CheckIn.Outcome.HELD, "We met"),
            (CheckIn.Outcome.GROUP_ABSENT, "Nobody came"),
            (CheckIn.Outcome.CANCELLED, "Cancelled"),
            (CheckIn.Outcome.MOVED, "Rescheduled"),
        ],
        widget=forms.RadioSelect,
        initial=CheckIn.Outcome.HELD,
        error_messages={"required": "Choose what happened."},
    )
    is_besides = forms.TypedChoiceField(
        label="Besides the meeting",
        required=False,
        choices=[("False", "Instead of the meeting"), ("True", "Besides the meeting")],
        coerce=lambda value: value == "True",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    held_on = DayChoice(
        label="Day",
        required=False,
        error_messages={"invalid_choice": "Choose a day of this week, up to today."},
    )
    moved_to = forms.DateField(label="New day", widget=DayInput, required=False)
    held_at = forms.TimeField(
        label="New time", widget=forms.TimeInput({"type": "time"}, format="%H:%M"), required=False
    )
    minutes = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1440,
        error_messages={"min_value": "Enter at least 1 minute.", "max_value": "Enter at most 1440 minutes."},
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    summary = forms.CharField(
        label="What we talked about",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
    )
    private_note = forms.CharField(
        required=False, max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 3})
    )
    request = forms.CharField(
        label="Request to the course admin",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )

    class Meta:
        model = CheckIn
        fields = (
            "outcome",
            "is_besides",
            "held_on",
            "held_at",
            "minutes",
            "summary",
            "private_note",
            "request",
        )

    def __init__(self, *args: Any, week: Week, meeting_on: date | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week, self.meeting_on = week, meeting_on
        self.is_early = meeting_on is not None and today < meeting_on
        is_moved = self._stored["outcome"] == CheckIn.Outcome.MOVED
        days = [day for number in range(7) if (day := week.starts_on + timedelta(days=number)) <= today]
        kept = self._stored["held_on"]
        # A day that an import brought, or a new one, may lie elsewhere.
        days += [kept] if kept and kept not in days and not (is_moved and kept > today) else []
        self.fields["held_on"].choices = [  # type: ignore[attr-defined]
            *([("", "Day")] if self.is_early else []),
            *((day.isoformat(), f"{day:%A} {day.day} {day:%b}") for day in days),
        ]
        if self.is_early:
            self.fields["outcome"].label = "What happened?"
        if "is_besides" not in (kwargs.get("initial") or {}) and (
            self._stored["outcome"] not in _PAST or self.instance._state.adding
        ):
            self.initial["is_besides"] = None
        if meeting_on is not None:
            meeting = _meeting_words(meeting_on, today)
            # The check-in keeps the new day of a rescheduled meeting, so it cannot say what else was held.
            besides = [] if is_moved else [("True", f"Besides it: {meeting} stays")]
            self.fields["is_besides"].choices = [  # type: ignore[attr-defined]
                ("False", f"Instead of {meeting}, which no longer takes place"),
                *besides,
            ]
        self.fields["moved_to"].widget.attrs |= {"min": week.starts_on.isoformat()}

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean(self) -> dict[str, Any]:
        """Keep the day and minutes that the outcome needs; fields that it hides are ignored.

        `CheckInForms` checks the version, with the entries.
        """
        cleaned: dict[str, Any] = self.cleaned_data
        outcome = cleaned.get("outcome")
        if outcome != CheckIn.Outcome.HELD:
            self._clear("minutes")
        elif cleaned.get("minutes") is None:
            self._add_missing("minutes", "Enter the minutes it took.")
        if outcome == CheckIn.Outcome.HELD and cleaned.get("held_on") is None:
            self._add_missing("held_on", "Choose the day of the check-in.")
        elif outcome not in _PAST:
            self._clear("held_on")
        self._clean_besides(outcome)
        if outcome == CheckIn.Outcome.MOVED:
            day = cleaned.get("moved_to")
            if day is not None and not self.week.starts_on <= day <= self.week.ends_on + _FARTHEST_MOVE:
                self.add_error("moved_to", "Choose a day in this week or shortly after.")
            elif day is None and cleaned.get("held_at") is not None:
                self._add_missing("moved_to", "Choose the day, too.")
            cleaned["held_on"] = day
        else:
            self._clear("moved_to")
            self._clear("held_at")
        cleaned.pop("moved_to", None)
        return cleaned

    def _clean_besides(self, outcome: str | None) -> None:
        """Ask for it before the meeting's day; later, what was chosen holds for a day before the meeting."""
        is_besides = self.cleaned_data.get("is_besides")
        if outcome in _PAST and self.is_early and is_besides is None:
            self._add_missing("is_besides", "Choose whether the meeting still takes place.")
        held_on = self.cleaned_data.get("held_on")
        is_before = self.meeting_on is not None and (held_on is None or held_on < self.meeting_on)
        if is_besides is None:
            is_besides = self._stored["is_besides"]
        self.cleaned_data["is_besides"] = bool(is_besides) and outcome in _PAST and is_before

    def opened_with(self, version: int) -> Mapping[str, Any]:
        """With another outcome each field means something else, so nothing of theirs is taken over."""
        is_same = self.cleaned_data.get("outcome") == self._stored["outcome"]
        before = dict(super().opened_with(version)) if is_same else {}
        if version == 0:
            # What is chosen there was not proposed.
            before.pop("is_besides", None)
        return before

    def _clear(self, name: str) -> None:
        self.errors.pop(name, None)
        self.cleaned_data[name] = None

    def _add_missing(self, name: str, message: str) -> None:
        if name not in self.errors:
            self.add_error(name, ValidationError(message, code="required"))

    @property
    def asks_besides(self) -> bool:
        """Before the meeting's day, and while it was chosen that the meeting stays."""
        return self.is_early or str(self["is_besides"].value()) == "True"

    @property
    def is_held(self) -> bool:
        return self.is_bound and bool(self.cleaned_data.get("outcome") == CheckIn.Outcome.HELD)


def _meeting_words(on: date, today: date) -> str:
    """ "tomorrow’s meeting", "the meeting on 9 Dec"."""
    day = relative_day(on, today)
    return f"the meeting on {long_day(on)}" if day[0].isdigit() else f"{day}’s meeting"
