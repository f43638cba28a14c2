"""The filters of the trends page. They are in the address, so a view can be shared and every figure links with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from groups.models import Group
from lib.weeks import monday_of
from questions.forms.question_filters import Choices
from questions.models import Question
from trends.forms.drill_down import EARLIEST, LATEST, NO_CATEGORY, NOTHING


@dataclass(frozen=True, slots=True)
class TrendFilters:
    """The filters of the figures. (), None and "" mean no filter.

    `since` and `until` are days. Figures count whole weeks, from the week of `since` to the week of `until`.
    `milestone` and `material` may be NOTHING, `category` NO_CATEGORY, for asks without one. Groups are
    named within their cohort.
    """

    cohorts: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None
    milestone: int | None = None
    material: int | None = None
    category: str = ""
    group: int | None = None
    group_name: str = ""

    @property
    def are_set(self) -> bool:
        return self != TrendFilters()

    @property
    def query(self) -> str:
        pairs: list[tuple[str, object]] = [("cohort", pk) for pk in self.cohorts]
        pairs += [
            (name, value)
            for name, value in (
                ("since", self.since),
                ("until", self.until),
                ("milestone", self.milestone),
                ("material", self.material),
                ("category", self.category),
                ("group", self.group_name),
            )
            if value not in (None, "")
        ]
        return urlencode(pairs)

    def narrowed(self, **changes: Any) -> str:
        return replace(self, **changes).query


class TrendFilterForm(forms.Form):
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

    def filters(self) -> TrendFilters:
        self.is_valid()
        chosen = self.cleaned_data
        return TrendFilters(
            cohorts=self._cohorts(),
            since=chosen.get("since"),
            until=chosen.get("until"),
            milestone=chosen.get("milestone"),
            material=chosen.get("material"),
            category=chosen.get("category", ""),
            group=self.chosen_group.pk if self.chosen_group else None,
            group_name=self.chosen_group.name if self.chosen_group else "",
        )

    def _cohorts(self) -> tuple[int, ...]:
        """The valid cohorts in the address, even if another one is invalid."""
        known = {str(pk): pk for pk, _ in self.cohorts}
        return tuple(dict.fromkeys(known[value] for value in self.data.getlist("cohort") if value in known))


def _within_years(day: date | None) -> date | None:
    if day and not EARLIEST <= day <= LATEST:
        raise ValidationError("Enter a day between the years 2000 and 2999. This filter was ignored.")
    return day
