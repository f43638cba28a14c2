"""The forms of the check-in page: the check-in, an entry, a next step, a step agreed earlier, a question."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.http import QueryDict
from django.utils.functional import cached_property

from lib.day_input import DayInput
from lib.editing import VersionedForm
from lib.weeks import Week
from questions.actions import LoggedQuestion
from questions.models.question import QuestionQuerySet
from tracker.access.group_weeks import GroupWeek
from tracker.models import AgreedStep, CheckIn, CheckInEntry
from tracker.standing import Attendance, Outcome

LONGEST_TEXT = 10_000
# The furthest a check-in can be moved after its week.
_FARTHEST_MOVE = timedelta(days=60)


class CheckInForm(VersionedForm[CheckIn]):
    """The outcome of a week's check-in, its day and minutes, and the three texts."""

    # Checked on the server only: the browser must not reject fields that the outcome hides.
    use_required_attribute = False

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
        label="What we talked about",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
    )
    private_note = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
    )
    request = forms.CharField(
        label="Request to the course admin",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )

    class Meta:
        model = CheckIn
        fields = ("outcome", "held_on", "minutes", "summary", "private_note", "request")

    def __init__(self, *args: Any, week: Week, today: date, weekly_minutes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week, self.today = week, today
        if weekly_minutes:
            self.fields["minutes"].help_text = f"{weekly_minutes} planned; more is fine"
        last_day = min(week.ends_on, today).isoformat()
        self.fields["held_on"].widget.attrs |= {"min": week.starts_on.isoformat(), "max": last_day}
        self.fields["moved_to"].widget.attrs |= {"min": week.starts_on.isoformat()}
        self.fields["minutes"].widget.attrs |= {"inputmode": "numeric"}

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    def clean(self) -> dict[str, Any]:
        """Keep the day and minutes that the outcome needs; fields that it hides are ignored.

        `CheckInForms` checks the version, with the entries.
        """
        cleaned: dict[str, Any] = self.cleaned_data
        outcome = cleaned.get("outcome")
        if outcome != CheckIn.Outcome.HELD:
            self._forget("minutes")
        if outcome in (CheckIn.Outcome.HELD, CheckIn.Outcome.GROUP_ABSENT):
            self._check_day(cleaned.get("held_on"), is_needed=outcome == CheckIn.Outcome.HELD)
        else:
            self._forget("held_on")
        if outcome == CheckIn.Outcome.MOVED:
            self._check_moved_to(cleaned.get("moved_to"))
            cleaned["held_on"] = cleaned.get("moved_to")
        else:
            self._forget("moved_to")
        cleaned.pop("moved_to", None)
        if outcome == CheckIn.Outcome.HELD and cleaned.get("minutes") is None:
            self._add_missing("minutes", "Enter the minutes it took.")
        return cleaned

    def opened_with(self, version: int) -> Mapping[str, Any]:
        """With another outcome each field means something else, so nothing of theirs is taken over."""
        is_same = self.cleaned_data.get("outcome") == self._stored["outcome"]
        return super().opened_with(version) if is_same else {}

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
        choices=[(word.value, word.label) for word in Attendance], widget=forms.RadioSelect
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
            field.label = f"{name}: {str(field.label or field_name).lower()}"
        self.fields["attendance"].error_messages["required"] = f"Choose whether {name} was there."


class NextStepForm(forms.ModelForm):  # type: ignore[type-arg]
    """A step to agree on, and by when; without text there is no step."""

    class Meta:
        model = AgreedStep
        fields = ("text", "due_on")
        widgets: ClassVar = {"text": forms.TextInput({"autocomplete": "off"}), "due_on": DayInput}

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = False
        self.fields["text"].label = f"{name}: next step"
        self.fields["due_on"].label = f"{name}: next step, by"

    def clean(self) -> dict[str, Any]:
        if not self.cleaned_data.get("text") and "text" not in self.errors:
            self.errors.pop("due_on", None)
            self.cleaned_data["due_on"] = None
        return self.cleaned_data


class StepStateForm(forms.Form):
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
        self.initial = {"state": step.state, "was": step.state}
        self.fields["state"].label = f"Step: {step.text}"

    @property
    def settled(self) -> str:
        """ "done" or "dropped" where that was settled before, and is not being changed here."""
        was = self["was"].value()
        is_settled = was in (AgreedStep.State.DONE, AgreedStep.State.DROPPED) and self["state"].value() == was
        return AgreedStep.State(was).label.lower() if is_settled else ""

    @property
    def new_state(self) -> AgreedStep.State | None:
        """The state chosen; None if it was not changed here, so that someone else's change stays."""
        state = self.cleaned_data.get("state")
        return AgreedStep.State(state) if state and state != self.cleaned_data.get("was") else None


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
NextStepFormSet = _formset(NextStepForm, RowFormSet)
StepStateFormSet = _formset(StepStateForm, RowFormSet)
QuestionLineFormSet = _formset(QuestionLineForm, QuestionLines)
