"""Detect that two people edit one row. The second person sees both versions, so no change is lost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from lib.days import full_day


@dataclass(frozen=True, slots=True)
class ConflictingField:
    """A field that someone else changed: its current value, and what this person typed."""

    label: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """`by` saved the row at `at`, after this form was opened. For components/conflict.html."""

    by: Any
    at: datetime | None
    fields: tuple[ConflictingField, ...]


def value_label(field: forms.Field, value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date) and not isinstance(value, datetime):
        return full_day(value)
    if isinstance(field, forms.ModelChoiceField):
        return str(value)
    choices = getattr(field, "choices", None)
    if choices is not None:
        return str(dict(choices).get(str(value), dict(choices).get(value, value)))
    return str(value)


class VersionedForm[Row: Model](forms.ModelForm):  # type: ignore[type-arg]
    """A form for a `people.models.Edited` row. It does not overwrite changes saved after the form was opened.

    Fetch the instance with `select_for_update()` in the saving transaction. Otherwise two saves may both pass. On a
    conflict the form is invalid, and `conflict` has the saved and the typed values. The fields keep the typed values.
    The hidden version becomes the new one, so saving again overwrites.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: Conflict | None = None
        # `initial` has the version of a form that is shown again without saving.
        self.initial.setdefault("version", self.instance.version)
        self._stored = {name: field_value(self.instance, name) for name in self.fields if name != "version"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opened = cleaned.get("version")
        if self.instance.pk and opened is not None and opened != self.instance.version:
            self.conflict = Conflict(
                by=self.instance.changed_by,
                at=self.instance.changed_at,
                fields=tuple(self._conflicting(cleaned)),
            )
            if self.conflict.fields:
                # The form now has the new version, so saving again overwrites on purpose.
                data: Any = self.data.copy()  # type: ignore[attr-defined]
                data[self.add_prefix("version")] = str(self.instance.version)
                self.data = data
                raise ValidationError(
                    "Not saved: compare both versions, then save again.",
                    code="conflict",
                )
            self.conflict = None
        return cleaned

    def _conflicting(self, cleaned: dict[str, Any]) -> Iterable[ConflictingField]:
        for name, field in self.fields.items():
            if name == "version" or name not in cleaned:
                continue
            theirs, yours = self._stored.get(name), cleaned[name]
            if comparable(theirs) != comparable(yours):
                yield ConflictingField(
                    str(field.label or name.replace("_", " ")),
                    value_label(field, theirs),
                    value_label(field, yours),
                )

    def save_by(self, *, by: Any, at: datetime) -> Row:
        self.instance.touch(by=by, at=at)
        row: Row = self.save()
        return row


def status_of(form: Any) -> int:
    """Return the HTTP status: 200, 422 if the form is invalid, 409 on a conflict."""
    is_refused = bool(form.errors)  # validates, which finds the conflict
    if getattr(form, "conflict", None):
        return 409
    return 422 if is_refused else 200


def field_value(instance: Model, name: str) -> Any:
    return getattr(instance, name, None)


def comparable(value: Any) -> Any:
    """Normalise a value for comparison: None equals "". Line ends and surrounding white space are ignored."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value
