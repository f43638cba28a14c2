from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import cached_property
from itertools import groupby
from typing import Any

from django import forms
from django.db.models import Case, DateTimeField, F, Model, Q, QuerySet, When
from django.db.models.functions import Coalesce

from courses.models import Material, Milestone
from groups.models import Group
from lib.ids import as_id
from lib.name_field import MOST_IN_SELECT, NameField
from questions.access.questions import Reader
from questions.access.sight import group_is_known
from questions.models import Ask, Question
from questions.models.question import QuestionQuerySet

# The filter value for questions that are open or need follow-up.
WAITING = "waiting"
# Choices of a select, flat or in named groups.
type Choices = Sequence[tuple[int, str]] | Sequence[tuple[str, Sequence[tuple[int, str]]]]
type Rows[Row: Model] = QuerySet[Row] | Sequence[Row]


class Sort(StrEnum):
    NEWEST = "newest"
    MOST_ASKED = "most-asked"
    OLDEST_OPEN = "oldest-open"


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
        self.order_fields(
            ["q", "milestone", "milestone_name", "status", "material", "material_name", "category"]
        )

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

    def has_any(self) -> bool:
        """Whether the address sets any, also one that is not among the choices."""
        return any(self.data.get(name) for name in self.fields)

    @cached_property
    def chosen(self) -> dict[str, Any]:
        """The filters that are set, by their names in links."""
        self.is_valid()
        return {name.removesuffix("_name"): value for name, value in self.cleaned_data.items() if value}

    def are_set(self) -> bool:
        return bool(self.chosen.keys() - {"sort"})

    def narrowed(self, questions: QuestionQuerySet, reader: Reader) -> QuestionQuerySet:
        """Filtering by a group shows only questions whose group the reader may know."""
        exact = self.chosen.keys() & {"milestone", "material", "category", "group"}
        questions = questions.filter(**{name: self.chosen[name] for name in exact})
        if "group" in exact:
            questions = questions.filter(group_is_known(reader.user, reader.relations))
        status = self.chosen.get("status")
        if status:
            questions = questions.open() if status == WAITING else questions.filter(status=status)
        return questions.filter(asked_by(reader)) if "mine" in self.chosen else questions

    def in_order(self, questions: QuestionQuerySet) -> QuestionQuerySet:
        sort = self.chosen.get("sort")
        if sort == Sort.MOST_ASKED:
            return questions.with_ask_count().order_by(F("ask_count").desc(), "-asked_at", "-pk")
        if sort == Sort.OLDEST_OPEN:
            is_open = Q(status__in=Question.WAITING)
            # Those of unknown age follow the others that are open.
            open_since = Case(
                When(is_open, is_undated=False, then=F("asked_at")), output_field=DateTimeField()
            )
            is_waiting = Case(When(is_open, then=0), default=1)
            return questions.order_by(open_since.asc(nulls_last=True), is_waiting, "-asked_at", "-pk")
        return questions.order_by("-asked_at", "-pk")


def asked_by(reader: Reader) -> Q:
    """Match originals that the person asked, or asked a duplicate of."""
    asks = Ask.objects.filter(enrolment__person=reader.user)
    return Q(asked_by=reader.user) | Q(
        pk__in=asks.values_list(Coalesce("question__duplicate_of", "question"))
    )


def _by_heading[Row: Model](rows: Iterable[Row], heading_of: Callable[[Row], str]) -> Choices:
    """Choices by heading; a single heading is left out."""
    lists = [(heading, [(row.pk, str(row)) for row in group]) for heading, group in groupby(rows, heading_of)]
    return lists[0][1] if len(lists) == 1 else lists
