"""Conflicts when two people log one check-in: the fields and entries in which they differ."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django import forms

from lib.days import day_label
from lib.editing import Conflict, ConflictingField, comparable, value_label
from tracker.access.group_weeks import GroupWeek
from tracker.forms.check_in_fields import KEPT_OF_ENTRY, CheckInForm, EntryRow


def conflict_of(group_week: GroupWeek, main: CheckInForm, rows: Sequence[EntryRow]) -> Conflict | None:
    """Compare valid forms with the logged check-in, if its version is not the one they were opened with.

    On a conflict the form gets the new version, so that saving again overwrites knowingly. Like
    `lib.editing.VersionedForm`, but over several rows.
    """
    opened = main.cleaned_data.get("version") or 0
    if opened == group_week.version or group_week.check_in is None:
        return None
    differences = tuple(_differences(group_week, main, rows))
    if not differences:
        return None
    data: Any = main.data.copy()  # type: ignore[attr-defined]
    data["version"] = str(group_week.version)
    main.data = data
    return Conflict(by=group_week.check_in.changed_by, at=group_week.check_in.changed_at, fields=differences)


def _differences(
    group_week: GroupWeek, main: CheckInForm, rows: Sequence[EntryRow]
) -> Iterator[ConflictingField]:
    for name, yours in main.kept().items():
        field = main.fields[name]
        label = str(field.label or name.replace("_", " ").capitalize())
        yield from _conflicting(field, label, getattr(group_week.check_in, name), yours)
    for row in rows:
        entry = group_week.entries.get(row.member.enrolment_id)
        for name in KEPT_OF_ENTRY:
            field = row.form.fields[name]
            yours = row.form.cleaned_data[name] if main.is_held else ""
            yield from _conflicting(field, str(field.label), getattr(entry, name, ""), yours)


def _conflicting(field: forms.Field, label: str, theirs: Any, yours: Any) -> Iterator[ConflictingField]:
    if comparable(theirs) != comparable(yours):
        yield ConflictingField(label, _value_label(field, theirs), _value_label(field, yours))


def _value_label(field: forms.Field, value: Any) -> str:
    return day_label(value, value) if isinstance(value, date) else value_label(field, value)
