from typing import Any, ClassVar

from django import forms

from lib.editing import VersionedForm
from tracker.models import CheckInEntry, MeetingItem, MeetingNote
from tracker.standing import Confidence


class MeetingNoteForm(VersionedForm[MeetingNote]):
    """What a student says before a meeting: one tap is enough."""

    confidence = forms.ChoiceField(
        label="How confident are you?",
        choices=[(word.value, word.label) for word in Confidence],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how confident you are."},
    )
    pace = forms.ChoiceField(
        label="Your pace",
        choices=[(pace.value, pace.label.capitalize()) for pace in CheckInEntry.Pace],
        widget=forms.RadioSelect,
        required=False,
    )

    class Meta:
        model = MeetingNote
        fields = ("confidence", "pace", "blocker", "next_step")
        labels: ClassVar = {"blocker": "What blocks you?", "next_step": "What next?"}
        widgets: ClassVar = {
            "blocker": forms.TextInput({"autocomplete": "off"}),
            "next_step": forms.TextInput({"autocomplete": "off"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "say-%s")
        super().__init__(*args, **kwargs)


class MeetingItemForm(forms.ModelForm[MeetingItem]):
    class Meta:
        model = MeetingItem
        fields = ("text",)
        error_messages: ClassVar = {"text": {"required": "Write what you want to bring."}}
