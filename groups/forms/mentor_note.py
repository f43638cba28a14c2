import json
from typing import Any, ClassVar

from django import forms

from groups.models import Enrolment
from groups.models.enrolment import SAID
from lib.editing import Conflict, ConflictingField, comparable, mark_as_compared, value_label


class MentorNoteForm(forms.ModelForm[Enrolment]):
    """What two people change at once is shown to the second; what only the other changed stays, and what is not sent.

    The form carries what it was opened with, since an enrolment changes in many other ways and counts no versions.
    """

    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=5_000)

    class Meta:
        model = Enrolment
        fields: ClassVar = list(SAID)
        labels: ClassVar = {"hours_a_week": "Hours a week, in most weeks"}
        help_texts: ClassVar = {
            "mentor_note": "What one knows already, wants to be able to do at the end, and when one is reached how.",
        }
        widgets: ClassVar = {"mentor_note": forms.Textarea({"rows": 4})}

    def __init__(self, *args: Any, has_group: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_group:
            # Groups are formed by it.
            del self.fields["level"]
        self.conflict: Conflict | None = None
        self._stored = {name: getattr(self.instance, name) for name in SAID if name in self.fields}
        self.initial["opened"] = json.dumps(self._stored)
        if self.is_bound:
            data: Any = self.data.copy()  # type: ignore[attr-defined]
            for name, theirs in self._stored.items():
                data.setdefault(name, "" if theirs is None else theirs)
            self.data = data

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opened = self._opened(cleaned.get("opened", ""))
        fields = []
        for name, theirs in self._stored.items():
            mine, before = comparable(cleaned.get(name)), comparable(opened.get(name, theirs))
            if comparable(theirs) in (before, mine):
                continue
            if mine == before:
                cleaned[name] = theirs
            else:
                field = self.fields[name]
                label = str(self[name].label)
                fields.append(
                    ConflictingField(label, value_label(field, theirs), value_label(field, cleaned.get(name)))
                )
        if fields and not self.errors:
            self._refuse(tuple(fields))
        # What was said can be taken back.
        if not self.errors and not any(cleaned.get(name) or theirs for name, theirs in self._stored.items()):
            raise forms.ValidationError("Write at least one thing.")
        return cleaned

    def _opened(self, text: str) -> dict[str, Any]:
        try:
            opened = json.loads(text)
        except ValueError:
            return {}
        return opened if isinstance(opened, dict) else {}

    def _refuse(self, fields: tuple[ConflictingField, ...]) -> None:
        last = self.instance.history.select_related("history_user").latest("history_date", "history_id")
        self.conflict = Conflict(by=last.history_user, at=last.history_date, fields=fields)
        # Saving again overwrites on purpose.
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix("opened")] = json.dumps(self._stored)
        self.data = data
        mark_as_compared(self.fields["opened"])
        raise forms.ValidationError("Not saved: compare both versions, then save again.", code="conflict")
