"""What a confirmed import wrote, stored so that it can be undone."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db.models import Field, Model

from people.forgetting import Names
from sheets.models import SheetImport, WrittenBatch

_BATCH = 1_000
# Fields that the application updates by itself.
_NOT_COMPARED = {
    "groups.enrolment": {"last_active_at", "news_read_at"},
    "groups.group": {"sort_key"},
    "questions.question": {"search_text"},
    # Sent again or revoked, it is still the same; an accepted one is used.
    "people.invitation": {
        "queued_at",
        "tried_at",
        "failure",
        "sent_at",
        "revoked_at",
        "expires_at",
        "is_mail_only",
    },
}


class WriteLog:
    """Collects written rows in order; `save` stores them."""

    def __init__(self) -> None:
        self._batches: list[tuple[str, list[dict[str, Any]]]] = []

    def made(self, rows: Iterable[Model]) -> None:
        for batch in batched(rows, _BATCH):
            kept = [{"pk": row.pk, "before": None, "after": values_of(row)} for row in batch]
            self._batches.append((batch[0]._meta.label_lower, kept))

    def changed(self, rows: Sequence[Model], before: Sequence[Mapping[str, Any]]) -> None:
        """Log changed rows; `before` has the old values of the changed fields, from `values_of`."""
        for batch in batched(zip(rows, before, strict=True), _BATCH):
            kept = []
            for row, old in batch:
                new = values_of(row)
                after = {name: new[name] for name in old if name in new}
                kept.append({"pk": row.pk, "before": dict(old), "after": after})
            self._batches.append((batch[0][0]._meta.label_lower, kept))

    def changed_from(self, pairs: Sequence[tuple[Model, Mapping[str, Any]]]) -> None:
        rows = [row for row, _ in pairs]
        self.changed(
            rows, [{name: _as_text(_plain(value)) for name, value in old.items()} for _, old in pairs]
        )

    def save(self, sheet_import: SheetImport) -> None:
        WrittenBatch.objects.bulk_create(
            (
                WrittenBatch(sheet_import=sheet_import, position=n, model=model, rows=rows)
                for n, (model, rows) in enumerate(self._batches)
            ),
            batch_size=20,
        )


def compared_fields(model: type[Model]) -> list[Field[Any, Any]]:
    """The fields that show whether somebody has changed a row."""
    left_out = _NOT_COMPARED.get(model._meta.label_lower, set())
    return [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated and field.name not in left_out
    ]


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _as_text(value: Any) -> str | None:
    """A value in a canonical notation: 3.5 and 3.50 are the same."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def values_of(row: Model, only: Iterable[str] | None = None) -> dict[str, str | None]:
    """The values of a row as text for JSON; None stays None."""
    names = None if only is None else set(only)
    return {
        field.name: _as_text(getattr(row, field.attname))
        for field in compared_fields(type(row))
        if names is None or field.name in names
    }


def is_changed(row: Model, after: Mapping[str, str | None]) -> bool:
    """Whether the row differs from what an import left. Fields that a later version of Trefoil dropped do not count."""
    now = values_of(row, after)
    return any(now[name] != after[name] for name in now)


def forget_written(
    names: Names, changed: Mapping[tuple[type[Model], int], Mapping[str, Any]], **signal: Any
) -> None:
    """A receiver of `forgotten`: what an import wrote is as the rows are now, so it can be undone as before."""
    for model in {model for model, _ in changed}:
        for batch in WrittenBatch.objects.filter(model=model._meta.label_lower).iterator(20):
            rows = deepcopy(batch.rows)
            for row in rows:
                for name, (old, new) in changed.get((model, row["pk"]), {}).items():
                    before = _as_text(old)
                    was = {
                        before,
                        *(names.cleaned(before or "", also_common=common) for common in (False, True)),
                    }
                    for kept in (row["before"] or {}, row["after"]):
                        if name in kept and kept[name] in was:
                            kept[name] = _as_text(new)
            if rows != batch.rows:
                batch.rows = rows
                batch.save(update_fields=["rows"])
