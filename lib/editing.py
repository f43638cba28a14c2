"""Two people save one form: the second sees both versions and loses nothing."""

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
    """A field that someone else changed: its value now, and what this person typed."""

    label: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Someone (`by`) saved the row at `at`, after this form was opened. For components/conflict.html."""

    by: Any
    at: datetime | None
    fields: tuple[ConflictingField, ...]


def value_label(field: forms.Field, value: Any) -> str:
    """Return a form field's value for people: a choice by its label, a boolean as yes or no."""
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
    """A form of a `people.models.Edited` row that does not overwrite what someone else saved since it was opened.

    The instance must be fetched with `select_for_update()` in the saving transaction, or both of two saves may pass. On
    a conflict the form is invalid, `conflict` has the saved and the typed values, the typed values stay in the fields,
    and the hidden version is the new one: saving again overwrites.
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
                # The form has the new version now: saving again overwrites knowingly.
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
        """Save as the next version, by this person at this moment."""
        self.instance.touch(by=by, at=at)
        row: Row = self.save()
        return row


def status_of(form: Any) -> int:
    """Return the status of a page with a form: 200, 422 if the form is invalid, 409 on a conflict."""
    is_refused = bool(form.errors)  # validates, which finds the conflict
    if getattr(form, "conflict", None):
        return 409
    return 422 if is_refused else 200


def field_value(instance: Model, name: str) -> Any:
    """Return the value of a model's field; None if the model has no such field."""
    return getattr(instance, name, None)


def comparable(value: Any) -> Any:
    """Normalise a value for comparison: None equals "", and line ends and surrounding space do not matter."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value
