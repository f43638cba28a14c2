from collections.abc import Mapping
from typing import Any

from django import forms

from groups.meetings import without_call

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LONGEST_PLACE = 150


class FirstMeetingForm(forms.Form):
    """When a group meets, while nobody has said it. Who changes that line later writes what they like."""

    url_name = "tracker:first-meeting"

    day = forms.ChoiceField(choices=[("", "Day"), *((day, day) for day in _DAYS)])
    time = forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    place = forms.CharField(label="Link to the call, or the room", max_length=1_000, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, group_id: int) -> None:
        super().__init__(data, prefix=f"meeting-{group_id}")
        self.group_id = group_id
        for field in self.fields.values():
            # What is typed outlives that the group changes meanwhile.
            field.widget.attrs["hx-preserve"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["place"], cleaned["call"] = without_call(cleaned.get("place", ""))
        if len(cleaned["place"]) > _LONGEST_PLACE:
            self.add_error(
                "place", f"Say it in {_LONGEST_PLACE} characters, or paste an address with https://."
            )
        return cleaned

    @property
    def meeting(self) -> str:
        """ "Wednesdays 18:00, room 2.04"."""
        when = f"{self.cleaned_data['day']}s {self.cleaned_data['time']:%H:%M}"
        return ", ".join(filter(None, (when, self.cleaned_data["place"])))


class HelloForm(forms.Form):
    """A mentor's first word to a group."""

    url_name = "tracker:group-hello"

    hello = forms.CharField(
        label="A word to your group", max_length=1_000, widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, group_id: int) -> None:
        super().__init__(data, prefix=f"hello-{group_id}")
        self.group_id = group_id
        self.fields["hello"].widget.attrs["hx-preserve"] = ""
