from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from courses.models import Material, Milestone
from groups.models import Group
from lib.ids import as_id
from lib.name_field import MOST_IN_SELECT, NameField
from questions.models import Question

# The filter value for questions that are open or need follow-up.
WAITING = "waiting"
# Choices of a select, flat or in named groups.
type Choices = Sequence[tuple[int, str]] | Sequence[tuple[str, Sequence[tuple[int, str]]]]
type Rows[Row: Model] = QuerySet[Row] | Sequence[Row]


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
                for status in Question.Status
                if status is not Question.Status.DUPLICATE
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
        milestones: Rows[Milestone],
        materials: Rows[Material],
        groups: Rows[Group],
        **kwargs: Any,
    ) -> None:
        """Fields without choices are left out. A choice of more than a select can hold is a field for the name.

        Args:
            milestones: with their courses, and in the order of the choices, as the others.
            materials: with their milestones.
            groups: with their cohorts.
        """
        super().__init__(*args, **kwargs)
        self._offer("milestone", milestones, lambda row: row.course.title)
        self._offer("material", materials, lambda row: row.milestone.title)
        self._offer("group", groups, lambda row: row.cohort.title)

    def _offer[Row: Model](self, name: str, rows: Rows[Row], heading_of: Callable[[Row], str]) -> None:
        few = list(rows[: MOST_IN_SELECT + 1])
        if not few:
            del self.fields[name]
        elif isinstance(rows, QuerySet) and len(few) > MOST_IN_SELECT:
            self._offer_by_name(name, rows, lambda row: f"{row}, {heading_of(row)}")
        else:
            self.fields[name].choices = [("", "Any"), *_by_heading(few, heading_of)]  # type: ignore[attr-defined]

    def _offer_by_name[Row: Model](
        self, name: str, rows: QuerySet[Row], label_of: Callable[[Row], str]
    ) -> None:
        """Links name a row by its id; the field shows its name then."""
        del self.fields[name]
        by_name = f"{name}_name"
        self.fields[by_name] = NameField(
            rows=rows, noun=name, label_of=label_of, label=name.capitalize(), required=False
        )
        pk = as_id(self.data.get(self.add_prefix(name), ""))
        if pk is not None and not self.data.get(self.add_prefix(by_name)):
            self.data = {**self.data, self.add_prefix(by_name): "".join(map(label_of, rows.filter(pk=pk)))}

    def has_first_set(self) -> bool:
        """Whether one of those is set that are folded on a phone only."""
        return any(self.data.get(name) for name in ("milestone", "milestone_name", "status"))

    def has_more_set(self) -> bool:
        is_sorted = self.data.get("sort") not in (None, "", Sort.NEWEST)
        names = ("material", "material_name", "category", "group", "group_name", "mine")
        return is_sorted or any(self.data.get(name) for name in names)

    def filters(self) -> QuestionFilters:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return QuestionFilters(
            text=chosen.get("q", ""),
            milestone=self._chosen("milestone"),
            material=self._chosen("material"),
            category=chosen.get("category", ""),
            status=chosen.get("status", ""),
            group=self._chosen("group"),
            is_mine=chosen.get("mine", False),
            sort=Sort(chosen.get("sort") or Sort.NEWEST),
        )

    def _chosen(self, name: str) -> int | None:
        row = self.cleaned_data.get(f"{name}_name")
        return row.pk if row else self.cleaned_data.get(name)


def _by_heading[Row: Model](rows: Iterable[Row], heading_of: Callable[[Row], str]) -> Choices:
    """Choices by heading; a single heading is left out."""
    lists = [(heading, [(row.pk, str(row)) for row in group]) for heading, group in groupby(rows, heading_of)]
    return lists[0][1] if len(lists) == 1 else lists
