from django import forms

from groups.models import FreeTime


class SlotsField(forms.MultipleChoiceField):
    """Weekdays, 0 for Monday, and parts of the day: "2-18" is Wednesday evening."""

    def __init__(self) -> None:
        keys = [f"{weekday}-{part}" for weekday in range(7) for part in FreeTime.Part]
        super().__init__(choices=[(key, key) for key in keys], required=False)

    def clean(self, value: object) -> list[tuple[int, int]]:
        pairs = (key.split("-") for key in super().clean(value))
        return [(int(weekday), int(part)) for weekday, part in pairs]


class FreeTimesForm(forms.Form):
    slots = SlotsField()


class MeetingUndoForm(forms.Form):
    version = forms.IntegerField()
