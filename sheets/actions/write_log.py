"""The log of a confirmed import, by which it can be undone."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from itertools import batched
from typing import Any

from django.db.models import Model

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

    def changed(self, pairs: Iterable[tuple[Model, Mapping[str, Any]]]) -> None:
        """Log rows with what they had before: what is otherwise now, or not compared, is restored by undoing it."""
        for batch in batched(pairs, _BATCH):
            kept = []
            for row, old in batch:
                new = values_of(row)
                before = {name: _as_text(value) for name, value in old.items()}
                before = {name: value for name, value in before.items() if new.get(name, ...) != value}
                after = {name: new[name] for name in before if name in new}
                kept.append({"pk": row.pk, "before": before, "after": after})
            self._batches.append((batch[0][0]._meta.label_lower, kept))

    def save(self, sheet_import: SheetImport) -> None:
        WrittenBatch.objects.bulk_create(
            (
                WrittenBatch(sheet_import=sheet_import, position=n, model=model, rows=rows)
                for n, (model, rows) in enumerate(self._batches)
            ),
            batch_size=20,
        )


def _as_text(value: Any) -> str | None:
    """A value in a canonical notation: 3.5 and 3.50 are the same."""
    if isinstance(value, Model):
        value = value.pk
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)


def values_of(row: Model) -> dict[str, str | None]:
    """The values that show whether somebody has changed a row, as text for JSON; None stays None."""
    left_out = _NOT_COMPARED.get(row._meta.label_lower, set())
    return {
        field.name: _as_text(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if not (field.primary_key or field.generated or field.name in left_out)
    }


def is_changed(row: Model, after: Mapping[str, str | None]) -> bool:
    """Whether the row differs from what an import left. Fields that a later version of Trefoil dropped do not count."""
    return any(after.get(name, now) != now for name, now in values_of(row).items())


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
