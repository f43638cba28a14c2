"""The rows of the check-in form: entries, next steps, steps agreed earlier and questions."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.http import QueryDict
from django.utils.functional import cached_property

from lib.day_input import DayInput
from questions.actions import LoggedQuestion
from questions.models.question import QuestionQuerySet
from tracker.access.group_weeks import GroupWeek
from tracker.models import AgreedStep, CheckInEntry
from tracker.standing import Attendance, Pace

LONGEST_TEXT = 10_000


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
    pace = forms.ChoiceField(
        choices=[(word.value, word.label) for word in Pace], widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 1, "maxlength": LONGEST_TEXT}),
    )

    class Meta:
        model = CheckInEntry
        fields = ("attendance", "pace", "blocker", "note")
        labels: ClassVar = {"blocker": "Blocked by"}
        widgets: ClassVar = {
            "blocker": forms.TextInput({"placeholder": "What is blocking them?", "autocomplete": "off"})
        }

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
    def new_state(self) -> AgreedStep.State | None:
        """The state chosen; None if it was not changed here, so that someone else's change stays."""
        state = self.cleaned_data.get("state")
        return AgreedStep.State(state) if state and state != self.cleaned_data.get("was") else None


class QuestionForm(forms.Form):
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


class BaseQuestionFormSet(RowFormSet):
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
QuestionFormSet = _formset(QuestionForm, BaseQuestionFormSet)
