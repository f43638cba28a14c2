"""The filters of the trends page, kept in the address: a view can be shared, and every figure leads on with them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms

from tracker.forms.question_filters import Choices
from tracker.models import Question

# In the address: asks for which nobody named a milestone.
NO_MILESTONE = 0


@dataclass(frozen=True, slots=True)
class TrendFilters:
    """What the figures are narrowed to; () , None and "" leave them wide.

    `since` and `until` are days; figures count whole weeks, from the one of `since` to the one of `until`.
    `milestone` is NO_MILESTONE for asks about none. `group` comes with its name, by which it is looked up.
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
        """The filters as the address of the trends page has them, without "?"."""
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
        """The address, without "?", with some filters set otherwise."""
        return replace(self, **changes).query


class TrendFilterForm(forms.Form):
    """Wrong values are left out, with a message beside the field; the others hold."""

    cohort = forms.TypedMultipleChoiceField(
        label="Cohorts", coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    milestone = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    material = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    category = forms.ChoiceField(choices=[("", "Any"), *Question.Category.choices], required=False)
    group = forms.CharField(required=False, max_length=100)

    def __init__(
        self,
        *args: Any,
        cohorts: Sequence[tuple[int, str]],
        milestones: Choices,
        materials: Choices,
        find_group: Any,
        **kwargs: Any,
    ) -> None:
        """Offer what there is to choose from.

        Args:
            find_group: from a name and the ids of the cohorts chosen to the ids of the groups of that name.
        """
        super().__init__(*args, **kwargs)

    def filters(self) -> TrendFilters:
        """Return what holds of the address."""
        raise NotImplementedError
