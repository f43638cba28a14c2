from typing import cast

from django import forms
from django.db.models import QuerySet

from courses.models import Course
from people.models import User
from questions.models import MaterialChange, MaterialNeed


class NeedForm(forms.Form):
    """Why something needs material, in a line."""

    why = forms.CharField(
        label="Why?",
        max_length=300,
        help_text="In a line, for those who will change it: what is missing, wrong or hard to find.",
        error_messages={"required": "Say in a line why it needs material."},
    )


class NeedSubjectForm(forms.Form):
    """The thing of an address that needs material; what the address has wrong is none."""

    question = forms.IntegerField(required=False, min_value=1)
    topic = forms.IntegerField(required=False, min_value=1)
    material = forms.IntegerField(required=False, min_value=1)

    def things(self) -> dict[str, int | None]:
        """Return the ids by what they are of."""
        self.is_valid()
        return {name: getattr(self, "cleaned_data", {}).get(name) for name in self.fields}


class RefusalForm(forms.Form):
    """Why something won't change."""

    reason = forms.CharField(
        label="Why won't it change?",
        max_length=300,
        help_text="In a line, for those who noted it.",
        error_messages={"required": "Say why it won't change, for those who noted it."},
    )


class OwnerForm(forms.Form):
    """The course admin who takes care of a need: one of few."""

    owner = forms.ModelChoiceField(
        User.objects.none(), label="Who takes care of it", required=False, empty_label="Nobody yet"
    )

    def __init__(self, *args: object, course: Course, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        field.queryset = User.objects.filter(course_adminships__course=course).order_by("name", "pk")


class MeetingForm(forms.Form):
    """The change that met a need."""

    change = forms.ModelChoiceField(
        MaterialChange.objects.none(), error_messages={"required": "Choose the change that met it."}
    )

    def __init__(self, *args: object, changes: QuerySet[MaterialChange], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        cast("forms.ModelChoiceField[MaterialChange]", self.fields["change"]).queryset = changes


class NeedFilterForm(forms.Form):
    """The state of an address; without one, what is waiting. What the address has wrong is left out."""

    state = forms.ChoiceField(choices=[("", "Waiting"), *MaterialNeed.State.choices], required=False)

    def state_wanted(self) -> str:
        self.is_valid()
        state: str = getattr(self, "cleaned_data", {}).get("state", "")
        return state
