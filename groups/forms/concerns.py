from collections.abc import Iterable
from typing import Any

from django import forms

from groups.models import Concern
from people.models import User

_LONGEST = 5_000


class ConcernForm(forms.ModelForm[Concern]):
    """`readers` are who reads it as the page says. Another reader than the one shown is named before it is sent."""

    body = forms.CharField(
        label="What do you want to say?",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "Write what it is about."},
    )
    readers = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Concern
        fields = ["wish", "body"]
        labels = {"wish": "What you wish for"}
        widgets = {"wish": forms.RadioSelect}

    def __init__(self, *args: Any, readers: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now_reading = ",".join(str(person.pk) for person in readers)
        self.initial["readers"] = self.now_reading

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("readers") != self.now_reading:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            data["readers"] = self.now_reading
            self.data = data
            self.add_error(
                None, "Its readers have changed since you opened this page: see above, and send it again."
            )
        return cleaned


class ConcernAnswerForm(forms.Form):
    body = forms.CharField(
        label="Your answer",
        max_length=_LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Write an answer first."},
    )
