"""The forms of the check-in page: the check-in, an entry, a state, a next step, a step agreed earlier, a question."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.http import QueryDict
from django.utils.functional import cached_property

from courses.models import Milestone
from lib.day_input import DayInput
from lib.editing import VersionedForm, show
from lib.weeks import Week
from questions.actions import LoggedQuestion
from questions.models.question import QuestionQuerySet
from tracker.access.group_weeks import GroupWeek, WeekMember
from tracker.models import AgreedStep, CheckIn, CheckInEntry
from tracker.standing import ProgressState

LONGEST_TEXT = 10_000
# The furthest a check-in can be moved after its week.
_FARTHEST_MOVE = timedelta(days=60)


class DayChoice(forms.TypedChoiceField):
    """One of a few days."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=date.fromisoformat, empty_value=None, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(initial or "") != str(data or "")


class CheckInForm(VersionedForm[CheckIn]):
    """The outcome of a week's check-in, its day and minutes, and the three texts."""

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
        fields = ("outcome", "held_on", "held_at", "minutes", "summary", "private_note", "request")

    def __init__(self, *args: Any, week: Week, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week = week
        days = [day for number in range(7) if (day := week.starts_on + timedelta(days=number)) <= today]
        kept = self._stored["held_on"] if self._stored["outcome"] != CheckIn.Outcome.MOVED else None
        # A day that an import brought may lie elsewhere.
        days += [kept] if kept and kept not in days else []
        self.fields["held_on"].choices = [(day.isoformat(), f"{day:%A} {day.day} {day:%b}") for day in days]  # type: ignore[attr-defined]
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
        elif outcome not in (CheckIn.Outcome.HELD, CheckIn.Outcome.GROUP_ABSENT):
            self._clear("held_on")
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

    def opened_with(self, version: int) -> Mapping[str, Any]:
        """With another outcome each field means something else, so nothing of theirs is taken over."""
        is_same = self.cleaned_data.get("outcome") == self._stored["outcome"]
        return super().opened_with(version) if is_same else {}

    def _clear(self, name: str) -> None:
        self.errors.pop(name, None)
        self.cleaned_data[name] = None

    def _add_missing(self, name: str, message: str) -> None:
        if name not in self.errors:
            self.add_error(name, ValidationError(message, code="required"))

    @property
    def is_held(self) -> bool:
        return self.is_bound and bool(self.cleaned_data.get("outcome") == CheckIn.Outcome.HELD)


class RowFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """A form for each row, named after the row: one that comes or goes meanwhile moves no other one's fields.

    `rows` are the arguments of the forms by the prefix of their fields. The page need not send how many there are.
    """

    def __init__(self, data: QueryDict | None, rows: Mapping[str, dict[str, Any]]) -> None:
        self.rows = rows
        super().__init__(data)

    @cached_property
    def management_form(self) -> ManagementForm:
        count = len(self.rows)
        data = {f"{self.prefix}-{name}": count for name in (TOTAL_FORM_COUNT, INITIAL_FORM_COUNT)}
        return ManagementForm(data, prefix=self.prefix)

    def total_form_count(self) -> int:
        return len(self.rows)

    def initial_form_count(self) -> int:
        return len(self.rows)

    def add_prefix(self, index: int | str) -> str:
        return list(self.rows)[int(index)]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return self.rows[self.add_prefix(index or 0)]


class EntryForm(forms.ModelForm):  # type: ignore[type-arg]
    attendance = forms.ChoiceField(
        choices=[(word.value, word.label.capitalize()) for word in CheckInEntry.Attendance],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 1, "maxlength": LONGEST_TEXT}),
    )

    class Meta:
        model = CheckInEntry
        fields = ("attendance", "note")

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field_name, field in self.fields.items():
            field.label = f"{name}: {field_name}"
        self.fields["attendance"].error_messages["required"] = f"Choose whether {name} was there."


class StateForm(forms.Form):
    """The state of a student at a milestone; a mark is made only where another one than `was` is chosen.

    A student who needs help still needs it, or it is sorted out. `at` is the milestone that is shown; `state_now`
    tells the state of a milestone now.
    """

    state = forms.ChoiceField(required=False, widget=forms.RadioSelect)
    milestone = forms.TypedChoiceField(required=False, empty_value=None, widget=forms.HiddenInput)
    was = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        member: WeekMember,
        milestones: Mapping[int, Milestone],
        state_now: Callable[[WeekMember, int], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.state_now = member, state_now
        milestone = self.fields["milestone"]
        milestone.choices = [(pk, row.title) for pk, row in milestones.items()]  # type: ignore[attr-defined]
        milestone.coerce = lambda pk: milestones[int(pk)]  # type: ignore[attr-defined]
        pk = str(self["milestone"].value() or "")
        self.at = milestones.get(int(pk)) if pk.isascii() and pk.isdigit() else None
        self.fields["state"].label = f"{member.name}, {self.at}"
        self._offer()

    def _offer(self) -> None:
        self.needs_help = self["was"].value() == ProgressState.NEED_HELP
        self.fields["state"].choices = (  # type: ignore[attr-defined]
            [
                (ProgressState.NEED_HELP, "Still"),
                (ProgressState.WORKING, "Sorted out"),
                (ProgressState.DONE, "Done"),
            ]
            if self.needs_help
            else [(state, state.label) for state in ProgressState if state is not ProgressState.SKIPPED]
        )

    def clean(self) -> dict[str, Any]:
        if self.new_state:
            now = self.state_now(self.member, self.cleaned_data["milestone"].pk)
            if now not in (self.cleaned_data["was"], self.new_state):
                self.add_error("state", f"This was changed to “{ProgressState(now).label}”: choose again.")
                show(self, {"was": now, "state": now})
                self._offer()
        return self.cleaned_data

    @property
    def new_state(self) -> str:
        state = str(self.cleaned_data.get("state") or "")
        return state if self.cleaned_data.get("milestone") and state != self.cleaned_data.get("was") else ""


class NextStepForm(forms.ModelForm):  # type: ignore[type-arg]
    """A step to agree on, due at the next meeting; without text there is no step."""

    class Meta:
        model = AgreedStep
        fields = ("text",)

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        self.fields["text"].label = f"{name}: next step"
        self.fields["text"].widget.attrs |= {"autocomplete": "off", "placeholder": "Next step"}


class StepForm(forms.Form):
    """Whether a step that was agreed earlier is done; `was` is its state when the form was opened."""

    done = forms.BooleanField(required=False)
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, step: AgreedStep, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        self.initial = {"done": step.is_done, "was": step.state}
        self.fields["done"].label = step.text

    @property
    def new_state(self) -> AgreedStep.State | None:
        """The state chosen; None if it was not changed here, so that someone else's change stays."""
        was = self.cleaned_data.get("was")
        state = AgreedStep.State.DONE if self.cleaned_data.get("done") else AgreedStep.State.OPEN
        return state if was in (AgreedStep.State.OPEN, AgreedStep.State.DONE) and state != was else None


class QuestionLineForm(forms.Form):
    """A line to log a question; `again` is the id of a question that was asked before."""

    title = forms.CharField(
        required=False,
        max_length=300,
        widget=forms.TextInput({"placeholder": "Question", "autocomplete": "off"}),
    )
    milestone = forms.TypedChoiceField(required=False, empty_value=None)
    enrolment = forms.TypedChoiceField(required=False, empty_value=None)
    again = forms.IntegerField(required=False)

    def __init__(self, *args: Any, number: int, group_week: GroupWeek, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        members = [member for member in group_week.members if member.is_in(today)]
        enrolments = {member.enrolment_id: member.enrolment for member in members}
        milestones = {milestone.pk: milestone for milestone in group_week.milestones}
        labels = {
            "title": "Question",
            "milestone": "Milestone of question",
            "enrolment": "Who asked question",
            "again": "Asked before",
        }
        for name, label in labels.items():
            self.fields[name].label = f"{label} {number + 1}"
        milestone, enrolment = self.fields["milestone"], self.fields["enrolment"]
        milestone.choices = [("", "No milestone"), *((pk, row.title) for pk, row in milestones.items())]  # type: ignore[attr-defined]
        milestone.coerce = lambda pk: milestones.get(int(pk))  # type: ignore[attr-defined]
        enrolment.choices = [("", "Someone"), *((each.enrolment_id, each.name) for each in members)]  # type: ignore[attr-defined]
        enrolment.coerce = lambda pk: enrolments.get(int(pk))  # type: ignore[attr-defined]

    @property
    def is_empty(self) -> bool:
        return not self.cleaned_data.get("title") and not self.cleaned_data.get("again")


class QuestionLines(RowFormSet):
    """`askable` returns the questions that can be marked as asked again."""

    def __init__(
        self,
        data: QueryDict | None,
        rows: Mapping[str, dict[str, Any]],
        askable: Callable[[], QuestionQuerySet],
    ) -> None:
        super().__init__(data, rows)
        self.askable = askable

    def clean(self) -> None:
        ids = {again for form in self.forms if (again := form.cleaned_data.get("again"))}
        known = set(self.askable().filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
        for form in self.forms:
            again = form.cleaned_data.get("again")
            if again and again not in known:
                form.add_error("again", "That question no longer exists. Log it as a new one.")

    def logged(self) -> list[LoggedQuestion]:
        return [LoggedQuestion(**form.cleaned_data) for form in self.forms if not form.is_empty]


def _formset[Rows: RowFormSet](form: type[forms.BaseForm], formset: type[Rows]) -> type[Rows]:
    return forms.formset_factory(form, formset=formset)  # type: ignore[return-value]


EntryFormSet = _formset(EntryForm, RowFormSet)
StateFormSet = _formset(StateForm, RowFormSet)
NextStepFormSet = _formset(NextStepForm, RowFormSet)
StepFormSet = _formset(StepForm, RowFormSet)
QuestionLineFormSet = _formset(QuestionLineForm, QuestionLines)
