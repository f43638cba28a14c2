"""The forms of the rows of the check-in page: an entry, a state, a next step, a step agreed earlier, a question."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT, ManagementForm
from django.http import QueryDict
from django.utils.functional import cached_property

from courses.models import Milestone
from groups.models import Membership
from lib.editing import show
from lib.fields import say_beside
from lib.marks import PersonMark
from lib.texts import hidden_texts
from lib.weeks import Week
from questions.actions import LoggedQuestion
from questions.models.question import QuestionQuerySet
from tracker.access.group_weeks import GroupWeek
from tracker.forms.check_in_meeting import LONGEST_TEXT
from tracker.models import AgreedStep, CheckInEntry, MeetingItem, MeetingNote
from tracker.standing import ProgressState


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
        choices=[(word.value, word.label) for word in CheckInEntry.Attendance],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = CheckInEntry
        fields = ("attendance", *hidden_texts(CheckInEntry))

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for written in hidden_texts(CheckInEntry):
            widget = forms.Textarea({"rows": 1, "maxlength": LONGEST_TEXT})
            self.fields[written] = forms.CharField(required=False, max_length=LONGEST_TEXT, widget=widget)
        for field_name, field in self.fields.items():
            field.label = f"{name}: {field_name}"
        self.fields["attendance"].error_messages["required"] = f"Choose whether {name} was there."
        readers = "Mentors and course admins read this"
        for text in self.texts:
            say_beside(text, short_label=text.name.capitalize(), readers=readers, is_private=True)

    @property
    def texts(self) -> list[forms.BoundField]:
        """The inputs of what mentors write about the student."""
        return [self[name] for name in hidden_texts(CheckInEntry)]

    @property
    def is_written(self) -> bool:
        return any(field.value() for field in self.texts)


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
        member: Membership,
        milestones: Mapping[int, Milestone],
        state_now: Callable[[Membership, int], str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.state_now = member, state_now
        milestone = self.fields["milestone"]
        milestone.choices = [(pk, row.title) for pk, row in milestones.items()]  # type: ignore[attr-defined]
        milestone.coerce = lambda pk: milestones[int(pk)]  # type: ignore[attr-defined]
        pk = str(self["milestone"].value() or "")
        self.at = milestones.get(int(pk)) if pk.isascii() and pk.isdigit() else None
        self.fields["state"].label = f"{member.enrolment.person}, {self.at}"
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
    """Whether a step that was agreed earlier is done, or something brought up was talked about.

    `was` is its state when the form was opened. Of what is to be talked about, `who` is the mark beside it, and the
    label says whether it comes from an earlier meeting than that of the `week`.
    """

    done = forms.BooleanField(required=False)
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        step: AgreedStep | MeetingItem | MeetingNote,
        who: PersonMark | None = None,
        week: Week | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.step, self.who = step, who
        self.initial = {"done": step.is_done, "was": step.state}
        self.is_from_before = (
            not isinstance(step, AgreedStep) and week is not None and step.week_starts_on < week.starts_on
        )
        self.fields["done"].label = f"{step.text} (from last time)" if self.is_from_before else step.text

    @property
    def new_state(self) -> str | None:
        """The state chosen; None if it was not changed here, so that someone else's change stays."""
        was, states = self.cleaned_data.get("was"), self.step.State
        state = states.DONE if self.cleaned_data.get("done") else states.OPEN
        return state if was in (states.OPEN, states.DONE) and state != was else None


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
        enrolments = {stay.enrolment_id: stay.enrolment for stay in group_week.stays if stay.is_open(today)}
        milestones = {milestone.pk: milestone for milestone in group_week.milestones}
        labels = {
            "title": ("Question", "Question"),
            "milestone": ("Milestone", "Milestone of question"),
            "enrolment": ("Who asked", "Who asked question"),
            "again": ("Asked before", "Asked before"),
        }
        for name, (short_label, label) in labels.items():
            self.fields[name].label = f"{label} {number + 1}"
            say_beside(self[name], short_label=short_label)
        milestone, enrolment = self.fields["milestone"], self.fields["enrolment"]
        milestone.choices = [("", "No milestone"), *((pk, row.title) for pk, row in milestones.items())]  # type: ignore[attr-defined]
        milestone.coerce = lambda pk: milestones.get(int(pk))  # type: ignore[attr-defined]
        enrolment.choices = [("", "Someone"), *((pk, str(row.person)) for pk, row in enrolments.items())]  # type: ignore[attr-defined]
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
