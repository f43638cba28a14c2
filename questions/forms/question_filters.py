from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django import forms

from questions.models import Question

# The filter value for questions that are open or need follow-up.
WAITING = "waiting"
# Choices of a select, flat or in named groups.
type Choices = Sequence[tuple[int, str]] | Sequence[tuple[str, Sequence[tuple[int, str]]]]


class Sort(StrEnum):
    NEWEST = "newest"
    MOST_ASKED = "most-asked"
    OLDEST_OPEN = "oldest-open"


@dataclass(frozen=True, slots=True)
class QuestionFilters:
    """The filters of the list; None and "" do not filter."""

    text: str = ""
    milestone: int | None = None
    material: int | None = None
    category: str = ""
    status: str = ""
    group: int | None = None
    is_mine: bool = False
    sort: Sort = Sort.NEWEST

    @property
    def are_set(self) -> bool:
        return self != QuestionFilters(sort=self.sort)


class QuestionFilterForm(forms.Form):
    """The filters above the list of questions, in the query string. Invalid values are ignored."""

    q = forms.CharField(label="Search", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    milestone = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    material = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    category = forms.ChoiceField(choices=[("", "Any"), *Question.Category.choices], required=False)
    status = forms.ChoiceField(
        choices=[
            ("", "Any"),
            (WAITING, "open or needs follow-up"),
            *(
                (status.value, status.label)
                for status in (Question.Status.OPEN, Question.Status.ANSWERED, Question.Status.FOLLOW_UP)
            ),
        ],
        required=False,
    )
    group = forms.TypedChoiceField(coerce=int, empty_value=None, required=False)
    sort = forms.ChoiceField(
        choices=[
            (Sort.NEWEST, "Newest first"),
            (Sort.MOST_ASKED, "Most asked first"),
            (Sort.OLDEST_OPEN, "Longest open first"),
        ],
        required=False,
    )
    mine = forms.BooleanField(label="Only my questions", required=False)

    def __init__(
        self,
        *args: Any,
        milestones: Choices,
        materials: Choices,
        groups: Choices,
        has_category: bool = True,
        **kwargs: Any,
    ) -> None:
        """Fields without choices are left out.

        Args:
            has_category: False if the category is fixed, as for questions behind a figure.
        """
        super().__init__(*args, **kwargs)
        if not has_category:
            del self.fields["category"]
        for name, choices in (("milestone", milestones), ("material", materials), ("group", groups)):
            field = self.fields[name]
            if choices:
                field.choices = [("", "Any"), *choices]  # type: ignore[attr-defined]
            else:
                del self.fields[name]

    def has_more_set(self) -> bool:
        is_sorted = self.data.get("sort") not in (None, "", Sort.NEWEST)
        return is_sorted or any(self.data.get(name) for name in ("material", "category", "group", "mine"))

    def filters(self) -> QuestionFilters:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return QuestionFilters(
            text=chosen.get("q", ""),
            milestone=chosen.get("milestone"),
            material=chosen.get("material"),
            category=chosen.get("category", ""),
            status=chosen.get("status", ""),
            group=chosen.get("group"),
            is_mine=chosen.get("mine", False),
            sort=Sort(chosen.get("sort") or Sort.NEWEST),
        )
