"""Detect that two people edit one row. The second person sees both versions, so no change is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from lib.days import full_day


@dataclass(frozen=True, slots=True)
class ConflictingField:
    """A field that someone else changed: its current value, and what this person typed.

    `is_theirs`: this person had not changed it, so the form holds the current value.
    """

    label: str
    theirs: str
    yours: str
    is_theirs: bool = False


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
    return f"{value:g}" if isinstance(value, float) else str(value)


class VersionedForm[Row: Model](forms.ModelForm):  # type: ignore[type-arg]
    """A form for a `people.models.Edited` row. It does not overwrite changes saved after the form was opened.

    Fetch the instance with `select_for_update()` in the saving transaction. Otherwise two saves may both pass. On a
    conflict the form is invalid, and `conflict` has the saved and the typed values. The fields keep the typed values;
    those that were not changed since the form was opened, as far as the history tells, take the saved ones.
    The hidden version becomes the new one, so saving again overwrites.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflict: Conflict | None = None
        # `initial` has the version of a form that is shown again without saving.
        self.initial.setdefault("version", self.instance.version)
        self._stored = {name: getattr(self.instance, name, None) for name in self.fields if name != "version"}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.check_version()
        return cleaned

    def check_version(self, of_other_rows: Iterable[ConflictingField] = ()) -> None:
        """Refuse to overwrite a newer version, unless it says the same.

        Args:
            of_other_rows: the `differences` of rows that have no version of their own.

        Raises:
            ValidationError: there is a conflict.
        """
        opened = self.cleaned_data.get("version")
        if not self.instance.pk or opened is None or opened == self.instance.version:
            return
        fields = (*self._conflicting(self.cleaned_data), *of_other_rows)
        if not fields:
            return
        self.conflict = Conflict(by=self.instance.changed_by, at=self.instance.changed_at, fields=fields)
        # The form now has the new version, so saving again overwrites on purpose.
        show(self, {"version": self.instance.version})
        mark_as_compared(self.fields["version"])
        raise ValidationError("Not saved: compare both versions, then save again.", code="conflict")

    def _conflicting(self, cleaned: dict[str, Any]) -> Iterable[ConflictingField]:
        theirs = self._stored | {"version": cleaned.get("version")}
        return differences(self, theirs, cleaned, self.opened_with(cleaned["version"]))

    def opened_with(self, version: int) -> Mapping[str, Any]:
        """Return the values of the row in that version, by field; empty if no history tells."""
        if version == 0:
            return values_of(type(self.instance)())
        history: Any = getattr(self.instance, "history", None)
        if history is None:
            return {}
        record = history.filter(version=version).order_by("history_date", "history_id").last()
        return values_of(record.instance) if record else {}

    def save_by(self, *, by: Any, at: datetime) -> Row:
        self.instance.touch(by=by, at=at)
        row: Row = self.save()
        return row


def values_of(row: Model) -> dict[str, Any]:
    return forms.model_to_dict(row, [field.name for field in row._meta.concrete_fields])


def mark_as_compared(field: forms.Field) -> None:
    """Tell the page, in a hidden field of its form, that both versions are shown. See static/js/typed.js."""
    field.widget.attrs["data-compared"] = True


def differences(
    form: forms.BaseForm,
    theirs: Mapping[str, Any],
    yours: Mapping[str, Any],
    before: Mapping[str, Any],
) -> list[ConflictingField]:
    """Compare what is saved with what was typed, for the fields of a form that `yours` has.

    The form shows what is saved in fields that still are as in `before`, what it was opened with.
    """
    found, untouched = [], {}
    for name, field in form.fields.items():
        if name not in yours or comparable(theirs.get(name)) == comparable(yours[name]):
            continue
        sent = comparable(form[name].data)
        is_theirs = name in before and not field.has_changed(comparable(before[name]), sent)
        if is_theirs:
            untouched[name] = theirs.get(name)
        labels = (value_label(field, theirs.get(name)), value_label(field, yours[name]))
        found.append(ConflictingField(str(form[name].label), *labels, is_theirs=is_theirs))
    show(form, untouched)
    return found


def show(form: forms.BaseForm, values: Mapping[str, Any]) -> None:
    """Let a form that was sent show these values instead of what was sent."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    for name, value in values.items():
        prepared = form.fields[name].prepare_value(value)
        data[form.add_prefix(name)] = "" if prepared is None else str(prepared)
    form.data = data


def status_of(form: Any) -> int:
    """Return the HTTP status: 200, 422 if the form is invalid, 409 on a conflict."""
    is_refused = bool(form.errors)  # validates, which finds the conflict
    if getattr(form, "conflict", None):
        return 409
    return 422 if is_refused else 200


def comparable(value: Any) -> Any:
    """Normalise a value for comparison: None equals "". Line ends and surrounding white space are ignored."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value
