from typing import cast

from django import forms
from django.db.models import QuerySet
from django.utils.html import format_html

from courses.models import Course
from lib.days import full_day
from people.models import User
from questions.models import MaterialChange, MaterialNeed

# Changes offered, newest first.
_MOST_OFFERED = 20


class NeedSubjectForm(forms.Form):
    question = forms.IntegerField(required=False, min_value=1)
    topic = forms.IntegerField(required=False, min_value=1)
    material = forms.IntegerField(required=False, min_value=1)

    def things(self) -> dict[str, int | None]:
        self.is_valid()
        return {name: getattr(self, "cleaned_data", {}).get(name) for name in self.fields}


class RefusalForm(forms.Form):
    reason = forms.CharField(
        label="Why won't this change?",
        max_length=300,
        help_text="In one line, for the people who asked for it.",
        error_messages={"required": "Say why it won't change. The people who asked for it will read this."},
    )


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(User.objects.none(), label="Owner", required=False, empty_label="No owner")

    def __init__(self, *args: object, course: Course, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = cast("forms.ModelChoiceField[User]", self.fields["owner"])
        field.queryset = User.objects.filter(course_adminships__course=course).order_by("name", "pk")


class MeetingForm(forms.Form):
    """Any of the changes may be chosen; the newest are `offered`. An older one can be linked from its own page."""

    change = forms.ModelChoiceField(
        MaterialChange.objects.none(),
        label="The change",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the change that fixed this."},
    )

    def __init__(self, *args: object, changes: QuerySet[MaterialChange], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = cast("forms.ModelChoiceField[MaterialChange]", self.fields["change"])
        field.queryset = changes
        self.offered = [
            (change.pk, format_html('{} <span class="small">{}</span>', change, full_day(change.changed_on)))
            for change in changes[:_MOST_OFFERED]
        ]
        field.choices = self.offered


class NeedFilterForm(forms.Form):
    """The state in the address, by default the open needs. Invalid values are ignored."""

    state = forms.ChoiceField(choices=MaterialNeed.State.choices, required=False)

    def state_wanted(self) -> str:
        self.is_valid()
        state: str = self.cleaned_data.get("state") or MaterialNeed.State.OPEN
        return state
