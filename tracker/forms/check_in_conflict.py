"""Two people log one check-in: where they differ, in its own fields and in what is said of each student."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms

from lib.days import day_label
from lib.editing import Conflict, ConflictingField, comparable, value_label
from tracker.access.group_weeks import GroupWeek
from tracker.forms.check_in_fields import KEPT_OF_ENTRY, CheckInForm, Row


def conflict_of(place: GroupWeek, main: CheckInForm, rows: Sequence[Row]) -> Conflict | None:
    """Compare the checked forms with what stands there, if it is of another version than they were opened with.

    On a conflict the hidden version is the new one: saving again, knowingly, overwrites. As `lib.editing.VersionedForm`
    does it, over several rows.
    """
    opened = main.cleaned_data.get("version") or 0
    if opened == place.version or place.check_in is None:
        return None
    different = tuple(_different(place, main, rows))
    if not different:
        return None
    data: Any = main.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(place.version)
    main.data = data
    return Conflict(by=place.check_in.changed_by, at=place.check_in.changed_at, fields=different)


def _different(place: GroupWeek, main: CheckInForm, rows: Sequence[Row]) -> Iterator[ConflictingField]:
    for name, yours in main.kept().items():
        field = main.fields[name]
        label = str(field.label or name.replace("_", " ").capitalize())
        yield from _compared(field, label, getattr(place.check_in, name), yours)
    for row in rows:
        entry = place.entries.get(row.member.enrolment_id)
        for name in KEPT_OF_ENTRY:
            field = row.form.fields[name]
            yours = row.form.cleaned_data[name] if main.is_held else ""
            yield from _compared(field, str(field.label), getattr(entry, name, ""), yours)


def _compared(field: forms.Field, label: str, theirs: Any, yours: Any) -> Iterator[ConflictingField]:
    if comparable(theirs) != comparable(yours):
        yield ConflictingField(label, _words(field, theirs), _words(field, yours))


def _words(field: forms.Field, value: Any) -> str:
    return day_label(value, value) if isinstance(value, date) else value_label(field, value)
