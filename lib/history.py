from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db.models import Model
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords


class _Manager(HistoryManager):  # type: ignore[misc]
    """Its class is made once; simple_history would make it anew each time that a model is asked for its history."""

    @classmethod
    @cache
    def from_queryset(cls, queryset_class: type[Any], class_name: str | None = None) -> type[Any]:
        made: type[Any] = super().from_queryset(queryset_class, class_name)
        return made


# The history of a model: `history = Records()`.
Records = partial(HistoricalRecords, history_manager=_Manager)


@dataclass(frozen=True, slots=True)
class FieldChange:
    """The labels of a field before and after a save."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One save. `what` is "made", "changed" or "deleted". `fields` are the fields that changed."""

    at: datetime
    by: Any
    what: str
    thing: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A changed field, for components/history.html."""

    at: datetime
    by: Any
    field: str
    before: str
    after: str


_WHAT = {"+": "made", "~": "changed", "-": "deleted"}


def credit(row: Model, by: Any, at: datetime) -> None:
    """Say for the history who changes a row that is saved next, and when."""
    row._history_user, row._history_date = by, at  # type: ignore[attr-defined]


def record_deletions(
    model: type[Model], rows: Iterable[Model], *, by: Any, at: datetime, reason: str
) -> None:
    """Record the deletion of these rows in the history, if the model has one. Deletions in bulk record nothing."""
    history: Any = getattr(model, "history", None)
    if history is None:
        return
    kept = history.model
    kept.objects.bulk_create(
        (
            kept(
                history_date=at,
                history_user=by,
                history_type="-",
                history_change_reason=reason,
                **{field.attname: getattr(row, field.attname) for field in kept.tracked_fields},
            )
            for row in rows
        ),
        batch_size=500,
    )


def changes_of(records: Iterable[Any], fields: Sequence[str], thing: str = "") -> list[Change]:
    """Return the changes of one row, newest first. Saves that changed none of `fields` are left out.

    Args:
        records: historical rows, with `select_related` of "history_user" and of the foreign keys in `fields`.
        fields: names of the fields to compare.
        thing: a name for the row, for pages that show several rows ("check-in", "Ana's entry").
    """
    return sorted(_changes(records, fields, thing), key=lambda change: change.at, reverse=True)


def _changes(records: Iterable[Any], fields: Sequence[str], thing: str) -> Iterator[Change]:
    previous: Any = None
    for record in sorted(records, key=lambda record: (record.history_date, record.history_id)):
        changed = tuple(
            FieldChange(str(record._meta.get_field(name).verbose_name), before, after)
            for name in fields
            if (after := shown(record, name)) != (before := shown(previous, name))
        )
        if changed or record.history_type != "~":
            yield Change(record.history_date, record.history_user, _WHAT[record.history_type], thing, changed)
        previous = record


def changed_fields(records: Iterable[Any], fields: Sequence[str]) -> list[HistoryLine]:
    """Return the changed fields of one row, newest first, but none of when it was made; see `changes_of`."""
    return [
        HistoryLine(change.at, change.by, field.label, field.before, field.after)
        for change in changes_of(records, fields)
        if change.what == "changed"
        for field in change.fields
    ]


def shown(record: Any, name: str) -> str:
    if record is None:
        return "—"
    display = getattr(record, f"get_{name}_display", None)
    value = display() if display else getattr(record, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "—" if value is None or value == "" else str(value)
