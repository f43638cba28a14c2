from collections.abc import Iterable
from typing import Any

from django import forms

from courses.models import Milestone
from questions.forms.answer_field import AnswerField
from questions.forms.pictures import PicturesTextarea, check_pictures


class HelpForm(forms.Form):
    """A request for help; without words the mark counts as well."""

    words = forms.CharField(
        label="What do you need?",
        required=False,
        max_length=2_000,
        widget=forms.Textarea({"rows": 1, "autocomplete": "off", "hx-preserve": ""}),
    )


class HelpAnswerForm(forms.Form):
    milestone = forms.TypedChoiceField(label="Help with", coerce=int)
    body = AnswerField(widget=PicturesTextarea({"rows": 6}), validators=[check_pictures])

    def __init__(self, *args: Any, milestones: Iterable[Milestone], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(milestone.pk, milestone.title) for milestone in milestones]
        self.fields["milestone"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["milestone"].widget = forms.HiddenInput()
            self.initial.setdefault("milestone", choices[0][0])
