"""The filters of what is asked. They are in the address, so a view can be shared and every figure links with them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from groups.models import Group
from lib.ids import LARGEST
from lib.weeks import monday_of
from questions.forms.question_filters import WAITING, Choices
from questions.models import Question

# Values in the address for no milestone or material, and for no category.
NOTHING = 0
NO_CATEGORY = "none"
# The range of days in an address: the weeks before and after must be valid dates.
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class AskFilters:
    """The values of the form. (), None, False and "" mean no filter.

    `since` and `until` are days. Asks count by whole weeks, from the week of `since` to the week of `until`.
    `milestone`, `material` and `topic` may be NOTHING, `category` NO_CATEGORY, for asks without one. A group is named
    within its cohort.

    The others narrow the list behind one figure. Most figures count asks. Some count questions once, where and when
    they were first asked: those with `first`, `status` or `answer`, "yes" or "no", whether a first answer was given.
    `change`: only what this change of the material answers, for course admins.
    `undated`: nobody knows when they were asked. `answered_already`: who asked said that a question asked before
    answers it. `asked_again`: that it did not, since they asked there again or needed help.
    """

    cohort: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    milestone: int | None = None
    material: int | None = None
    category: str = ""
    group: str = ""
    topic: int | None = None
    change: int | None = None
    undated: bool = False
    answered_already: bool = False
    asked_again: bool = False
    first: bool = False
    status: str = ""
    answer: str = ""

    @property
    def are_set(self) -> bool:
        return self != AskFilters()

    @property
    def counts_questions(self) -> bool:
        return bool(self.first or self.status or self.answer)

    def params(self, **changes: Any) -> dict[str, Any]:
        """Names and values for an address, with some of them changed."""
        values = ((field.name, changes.get(field.name, getattr(self, field.name))) for field in fields(self))
        return {
            name: "yes" if value is True else value
            for name, value in values
            if value is not None and value is not False and value not in ("", ())
        }


class AskFilterForm(forms.Form):
    """Invalid values are ignored, with a message beside the field. The other filters apply."""

    cohort = forms.TypedMultipleChoiceField(
        label="Cohorts", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    milestone = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    material = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    category = forms.ChoiceField(
        choices=[("", "Any"), *Question.Category.choices, (NO_CATEGORY, "no category")], required=False
    )
    group = forms.CharField(required=False, max_length=100)

    data: QueryDict

    def __init__(
        self,
        data: QueryDict,
        *,
        cohorts: Sequence[tuple[int, str]],
        milestones: Choices,
        materials: Choices,
        groups: Sequence[Group],
    ) -> None:
        """Args:
        groups: groups of the course with the name in the address that the person may see.
        """
        super().__init__(data)
        self.cohorts, self.groups = cohorts, groups
        self.chosen_group: Group | None = None
        self.fields["cohort"].choices = cohorts  # type: ignore[attr-defined]
        for name, choices in (("milestone", milestones), ("material", materials)):
            self.fields[name].choices = [("", "Any"), *choices, (NOTHING, f"No {name}")]  # type: ignore[attr-defined]

    def clean_since(self) -> date | None:
        return _within_years(self.cleaned_data["since"])

    def clean_until(self) -> date | None:
        until, since = _within_years(self.cleaned_data["until"]), self.cleaned_data.get("since")
        if until and since and monday_of(until) < monday_of(since):
            raise ValidationError("That is before the first week, so this filter was ignored.")
        return until

    def clean_group(self) -> str:
        name: str = self.cleaned_data["group"]
        if not name:
            return ""
        cohorts = self._cohorts()
        groups = [group for group in self.groups if not cohorts or group.cohort_id in cohorts]
        if not groups:
            where = " in these cohorts" if cohorts else ""
            raise ValidationError(f"There is no group “{name}”{where}, so this filter was ignored.")
        if len(groups) > 1:
            named = ", ".join(group.cohort.title for group in groups[:5])
            raise ValidationError(f"There is a group “{name}” in several cohorts. Choose one too: {named}.")
        self.chosen_group = groups[0]
        return self.chosen_group.name

    def filters(self) -> AskFilters:
        self.is_valid()
        given = {field.name: self.cleaned_data.get(field.name) for field in fields(AskFilters)}
        chosen = {name: value for name, value in given.items() if value is not None}
        return AskFilters(**{**chosen, "cohort": self._cohorts()})

    def _cohorts(self) -> tuple[int, ...]:
        """The valid cohorts in the address, even if another one is invalid."""
        known = {str(pk): pk for pk, _ in self.cohorts}
        return tuple(dict.fromkeys(known[value] for value in self.data.getlist("cohort") if value in known))


class FigureForm(AskFilterForm):
    """The same with what narrows the list behind a figure."""

    status = forms.ChoiceField(choices=[("", "Any"), (WAITING, "open or needs follow-up")], required=False)
    topic = forms.IntegerField(required=False, min_value=NOTHING, max_value=LARGEST)
    change = forms.IntegerField(required=False, min_value=1, max_value=LARGEST)
    undated = forms.BooleanField(required=False)
    answered_already = forms.BooleanField(required=False)
    asked_again = forms.BooleanField(required=False)
    first = forms.BooleanField(required=False)
    answer = forms.ChoiceField(required=False, choices=[("yes", "yes"), ("no", "no")])
    # Whether questions are ticked, to make a topic of them.
    choose = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict, **choices: Any) -> None:
        """Only links set what is hidden; the form keeps it."""
        super().__init__(data, **choices)
        linked = (
            "topic",
            "change",
            "undated",
            "answered_already",
            "asked_again",
            "first",
            "answer",
            "choose",
        )
        for name in linked:
            if data.get(name):
                self.fields[name].widget = forms.HiddenInput()
            else:
                del self.fields[name]

    def clear_url(self) -> str:
        """The same list with only what links set."""
        return "?" + urlencode({field.name: field.value() for field in self.hidden_fields()})

    def has_any(self) -> bool:
        """Whether something is to be mended; what is set stands in the head of the list."""
        return bool(self.errors)


def _within_years(day: date | None) -> date | None:
    if day and not EARLIEST <= day <= LATEST:
        raise ValidationError("Enter a day between the years 2000 and 2999. This filter was ignored.")
    return day
