from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict

from courses.models import Material, Milestone
from lib.day_input import TOO_FAR, DayInput, is_near
from lib.editing import ConflictingField, VersionedForm
from lib.ids import RowsField, as_id
from people.models import User
from questions.models import MaterialChange, Question, Topic

# A change that answers more questions uses topics.
MOST_CHOSEN = 200


class ChangeForm(VersionedForm[MaterialChange]):
    """The instance must have its course.

    Questions and topics are chosen by search: `questions` and `topics` are the ticked ids, found or not.
    """

    class Meta:
        model = MaterialChange
        fields = ("what", "material", "milestone", "url", "changed_on", "made_by")
        labels = {
            "what": "What was changed?",
            "url": "Link to it",
            "changed_on": "Changed on",
            "made_by": "Changed by",
        }
        help_texts = {
            "what": "Describe it for the people who asked: what is new or different now?",
            "milestone": (
                "Only students working on this milestone are counted. Leave empty to count all enrolled students."
            ),
        }
        error_messages = {"what": {"required": "Enter what was changed."}}
        widgets = {"what": forms.Textarea(attrs={"rows": 3}), "changed_on": DayInput}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        course_id = self.instance.course_id
        milestones = Milestone.objects.filter(course=course_id).in_order()
        self._choose("milestone", milestones).empty_label = "The whole course"
        materials = Material.objects.filter(Q(retired_on=None) | Q(pk=self.instance.material_id))
        materials = materials.filter(milestone__course=course_id).select_related("milestone")
        by_milestone = groupby(
            materials.order_by("milestone__position", "position", "pk"), lambda row: row.milestone.title
        )
        self._choose("material", materials).choices = [
            ("", "No specific material"),
            *((title, [(row.pk, row.title) for row in rows]) for title, rows in by_milestone),
        ]
        people = User.objects.filter(
            Q(course_adminships__course=course_id) | Q(pk=self.instance.made_by_id)
        ).distinct()
        self._choose("made_by", people).choices = [
            (person.pk, person.name) for person in people.order_by("name", "pk")
        ]
        self._answer("questions", Question.objects.filter(cohort__course=course_id))
        # A topic merged since the form was opened becomes the one it was merged into.
        self._answer("topics", Topic.objects.filter(course=course_id).select_related("representative"))
        cast(forms.DateField, self.fields["changed_on"]).widget.attrs["max"] = today.isoformat()

    def _choose(self, name: str, rows: Any) -> "forms.ModelChoiceField[Any]":
        field = cast("forms.ModelChoiceField[Any]", self.fields[name])
        field.queryset = rows
        return field

    def _answer(self, name: str, rows: Any) -> None:
        self.fields[name] = RowsField(rows, required=False)
        if self.is_bound and self.instance.pk:
            stored = getattr(self.instance, name).all()
            self._stored[name] = _titles(_standing(stored) if name == "topics" else stored)

    def _conflicting(self, cleaned: dict[str, Any]) -> Iterable[ConflictingField]:
        answers: dict[str, Any] = {
            name: _titles(cleaned[name]) for name in ("questions", "topics") if name in cleaned
        }
        return super()._conflicting({**cleaned, **answers})

    def clean_topics(self) -> QuerySet[Topic]:
        return _standing(self.cleaned_data["topics"])

    def clean_changed_on(self) -> date:
        day: date = self.cleaned_data["changed_on"]
        if day > self.today:
            raise forms.ValidationError("This date is in the future. Record the change once it is made.")
        if not is_near(day, self.today) and day != self.instance.changed_on:
            raise forms.ValidationError(TOO_FAR)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if len(cleaned.get("questions", ())) > MOST_CHOSEN:
            self.add_error(None, f"Choose at most {MOST_CHOSEN} questions, or the topic that they are in.")
        return cleaned


def _standing(topics: Iterable[Topic]) -> QuerySet[Topic]:
    rows = Topic.objects.standing_for([topic.pk for topic in topics])
    return rows.select_related("representative")


def _titles(rows: Iterable[Question | Topic]) -> str:
    """The ticked rows as text, to compare two versions."""
    return "; ".join(sorted(str(row) for row in rows))


class AnswersForm(forms.Form):
    """The answered questions and topics, as the page sent them: ticked ids and search words. Nothing is rejected."""

    q = forms.CharField(
        label="Find questions and topics", required=False, max_length=300, widget=forms.SearchInput()
    )

    def __init__(self, sent: QueryDict) -> None:
        super().__init__(sent)
        self.sent = sent

    def ids(self, name: str) -> list[int]:
        ids = (pk for pk in map(as_id, self.sent.getlist(name)) if pk is not None)
        return list(dict.fromkeys(ids))[:MOST_CHOSEN]

    @property
    def text(self) -> str:
        # PostgreSQL rejects NUL, and it cannot be typed.
        return self.sent.get("q", "").replace("\0", "").strip()[:300]

    @property
    def is_looking(self) -> bool:
        return "look" in self.sent
