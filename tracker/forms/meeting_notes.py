from typing import Any, ClassVar

from django import forms

from lib.editing import VersionedForm
from tracker.models import MeetingItem, MeetingNote
from tracker.standing import Going


class MeetingNoteForm(VersionedForm[MeetingNote]):
    """A student's note before a meeting: one tap is enough."""

    going = forms.ChoiceField(
        label="How is it going?",
        choices=[(word.value, word.label) for word in Going],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose stuck, so-so or well."},
    )

    class Meta:
        model = MeetingNote
        fields = ("going", "note")
        widgets: ClassVar = {"note": forms.Textarea({"rows": 2, "form": "say", "hx-preserve": ""})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "say-%s")
        super().__init__(*args, **kwargs)


class MeetingItemForm(forms.ModelForm[MeetingItem]):
    class Meta:
        model = MeetingItem
        fields = ("text",)
        labels: ClassVar = {"text": "To bring up"}
        widgets: ClassVar = {
            "text": forms.TextInput({"autocomplete": "off", "placeholder": "A question, a doubt, a plan"})
        }
        error_messages: ClassVar = {"text": {"required": "Write what you want to bring."}}


class MeetingLineForm(forms.ModelForm[MeetingItem]):
    """A private line to talk about. In the check-in it may stay empty."""

    prefix = "line"

    class Meta:
        model = MeetingItem
        fields = ("text",)
        labels: ClassVar = {"text": "Private line to talk about"}
        widgets: ClassVar = {
            "text": forms.TextInput({"autocomplete": "off", "placeholder": "Add a private line"})
        }
        error_messages: ClassVar = {"text": {"required": "Write what you want to talk about."}}
