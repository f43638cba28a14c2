from collections.abc import Mapping
from typing import Any

from django import forms

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class FirstMeetingForm(forms.Form):
    """When a group meets, while nobody has said it. Who changes that line later writes what they like."""

    day = forms.ChoiceField(choices=[("", "Day"), *((day, day) for day in _DAYS)])
    time = forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    place = forms.CharField(label="Link to the call, or the room", max_length=150, required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, *, group_id: int) -> None:
        super().__init__(data, prefix=f"meeting-{group_id}")
        self.group_id = group_id
        for field in self.fields.values():
            # What is typed outlives that the group changes meanwhile.
            field.widget.attrs["hx-preserve"] = ""

    @property
    def meeting(self) -> str:
        """ "Wednesdays 18:00, room 2.04"."""
        when = f"{self.cleaned_data['day']}s {self.cleaned_data['time']:%H:%M}"
        return ", ".join(filter(None, (when, self.cleaned_data["place"])))
