from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.http import Http404, QueryDict
from django.urls import reverse

from courses.models import Material, Milestone
from groups.models import Enrolment
from lib.editing import VersionedForm
from lib.ids import as_id
from people.models import User
from questions.actions import change_answer, change_question
from questions.candidates import LONGEST_DETAIL, NOT_ASKED
from questions.forms.answer_field import AnswerField
from questions.forms.pictures import PicturesTextarea, check_pictures
from questions.models import Answer, Question
from questions.similar import Text

# Characters; enough for a long pasted log.
_LONGEST = 20_000
_MARKDOWN = "You can use Markdown: **strong**, `code`, lists, and ``` around a block of code."
_NO_TITLE = "Write in one line what you want to know."


class QuestionForm(VersionedForm[Question]):
    """A question with all its fields; the instance must have its group.

    Args:
        may_choose_readers: show the fields for visibility and for hiding the asker's name.
    """

    detail = forms.CharField(
        label="Details",
        required=False,
        max_length=_LONGEST,
        widget=PicturesTextarea({"rows": 6}),
        validators=[check_pictures],
        help_text=_MARKDOWN,
    )

    class Meta:
        model = Question
        fields = ("title", "detail", "milestone", "material", "category", "visibility", "is_asker_hidden")
        labels = {"title": "What do you want to know?", "visibility": "Who sees it"}
        help_texts = {
            "title": "One question, in your own words.",
            "visibility": "The mentors of your group and the course admins see every question.",
            "is_asker_hidden": "The mentors of your group and the course admins still see it.",
        }
        error_messages = {"title": {"required": _NO_TITLE}}
        widgets = {"title": forms.TextInput(), "visibility": forms.RadioSelect()}

    def __init__(self, *args: Any, may_choose_readers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        course_id = self.instance.group.cohort.course_id
        milestone = cast("forms.ModelChoiceField[Any]", self.fields["milestone"])
        milestone.queryset = Milestone.objects.filter(course=course_id).in_order()
        milestone.empty_label = "None in particular"
        self._offer_materials(course_id)
        cast(forms.ChoiceField, self.fields["category"]).choices = [
            ("", "Not sure"),
            *Question.Category.choices,
        ]
        if not may_choose_readers:
            del self.fields["visibility"], self.fields["is_asker_hidden"]

    def _offer_materials(self, course_id: int) -> None:
        """Those of the milestone chosen; another choice loads its own."""
        rows = Material.objects.filter(Q(retired_on=None) | Q(pk=self.instance.material_id))
        rows = rows.filter(milestone__course=course_id).select_related("milestone")
        field = cast("forms.ModelChoiceField[Any]", self.fields["material"])
        field.queryset = rows
        chosen = [as_id(str(self[name].value() or "")) for name in ("milestone", "material")]
        offered = rows.filter(Q(milestone=chosen[0]) | Q(pk=chosen[1])).in_order()
        field.choices = [("", "None in particular"), *((row.pk, row.title) for row in offered)]
        of_one, of_new = self.instance.pk, self.instance.group_id
        self.fields["milestone"].widget.attrs |= {
            "hx-get": reverse("questions:question-edit", args=[of_one])
            if of_one
            else reverse("questions:question-new", args=[of_new]),
            "hx-select": "#id_material",
            "hx-target": "#id_material",
            "hx-swap": "outerHTML",
        }

    def save_by(self, *, by: User, at: datetime) -> Question:
        """Save the change.

        Raises:
            Refused: as `change_question`.
        """
        return change_question(question=self.instance, by=by, at=at)


class AskForm(QuestionForm):
    """A new question.

    Args:
        members: for a mentor, the students of the group, one of whom may be the asker; None for a student, who asks
            for themself.
    """

    asked_for = forms.ModelChoiceField(
        Enrolment.objects.none(), label="Asked by", required=False, empty_label="Somebody of the group"
    )
    # The ids of similar questions that were shown: submitting means that none of them is the same.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: Sequence[Enrolment] | None, **kwargs: Any) -> None:
        super().__init__(*args, may_choose_readers=True, **kwargs)
        self.is_for_oneself = members is None
        if members is None:
            del self.fields["asked_for"]
            return
        # Only the asker may hide their name.
        del self.fields["is_asker_hidden"]
        field = cast("forms.ModelChoiceField[Any]", self.fields["asked_for"])
        field.queryset = Enrolment.objects.filter(pk__in=[row.pk for row in members]).select_related("person")
        field.choices = [("", field.empty_label), *((row.pk, row.person.name) for row in members)]

    @property
    def more(self) -> list[forms.BoundField]:
        """The folded fields."""
        names = ("visibility", "is_asker_hidden", "material", "category")
        return [self[name] for name in names if name in self.fields]

    @property
    def is_more_open(self) -> bool:
        return any(field.errors for field in self.more)

    @property
    def readers(self) -> str:
        """Say who reads the question, besides the group's mentors and the course admins."""
        cohort = self.instance.group.cohort
        group, course = f"Students of {self.instance.group}", f"Everybody in {cohort.course}"
        labels = {Question.Visibility.GROUP: group, Question.Visibility.COURSE: course}
        return labels.get(self["visibility"].value(), f"Students and mentors in {cohort}")

    def show_as_seen(self, ids: Iterable[int]) -> None:
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("seen")] = " ".join(map(str, ids))
        self.data = data

    @property
    def student(self) -> Enrolment | None:
        student: Enrolment | None = self.cleaned_data.get("asked_for")
        return student

    def to_ask(self) -> dict[str, Any]:
        others = ("version", "seen", "asked_for")
        return {name: value for name, value in self.cleaned_data.items() if name not in others}


def seen_before(posted: QueryDict) -> set[int]:
    """Return the ids of the similar questions that were shown while typing, or instead of saving."""
    words = " ".join(posted.getlist("seen"))[:400].split()
    return {number for word in words if (number := as_id(word))}


def as_whole(posted: QueryDict) -> QueryDict:
    """Return what was typed into an `AskForm`, whose title may hold lines."""
    whole = posted.copy()
    whole["title"] = " ".join(posted.get("title", "").split())
    whole.setdefault("visibility", Question.Visibility.COHORT)
    return whole


def posted_id(posted: QueryDict, name: str) -> int:
    """Return the id; 404 if it is missing."""
    number = as_id(posted.get(name, ""))
    if not number:
        raise Http404
    return number


class TypedForm(forms.Form):
    """A question while it is being typed."""

    title = forms.CharField(required=False, max_length=300)
    detail = forms.CharField(required=False, max_length=_LONGEST)
    milestone = forms.IntegerField(required=False, min_value=1)
    material = forms.IntegerField(required=False, min_value=1)

    def typed(self) -> Text:
        self.is_valid()
        chosen = getattr(self, "cleaned_data", {})
        return Text(
            id=NOT_ASKED,
            title=chosen.get("title", ""),
            detail=chosen.get("detail", "")[:LONGEST_DETAIL],
            milestone=chosen.get("milestone"),
            material=chosen.get("material"),
        )


class SearchForm(forms.Form):
    q = forms.CharField(required=False, widget=forms.SearchInput())

    def __init__(self, sent: QueryDict, *, label: str) -> None:
        super().__init__(sent)
        self.fields["q"].label = label

    @property
    def text(self) -> str:
        return self.cleaned_data["q"] if self.is_valid() else ""


class AnswerForm(VersionedForm[Answer]):
    body = AnswerField(widget=PicturesTextarea({"rows": 6}), validators=[check_pictures], help_text=_MARKDOWN)

    class Meta:
        model = Answer
        fields = ("body",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("AnswerField", self.fields["body"]).allow_as_long_as(self.instance.body)

    def save_by(self, *, by: User, at: datetime) -> Answer:
        return change_answer(answer=self.instance, by=by, at=at)
