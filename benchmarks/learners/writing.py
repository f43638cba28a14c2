"""Rows written by bulk, without actions: with the history that django-simple-history would have kept of them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import batched
from typing import Any

from django.db.models import Model

BATCH = 2_000


def written[Row: Model](rows: Iterable[Row]) -> list[Row]:
    """Write new rows of one model, and return them with their ids."""
    new = list(rows)
    if new:
        type(new[0])._default_manager.bulk_create(new, batch_size=BATCH)
    return new


def record(row: Any, *, at: datetime, by: int, what: str = "+", **fields: Any) -> dict[str, Any]:
    """Return what the history keeps of a saving of the row.

    Args:
        row: as it is now, with its id.
        by: the id of who saved it.
        what: "+" when it was new, "~" when it was changed.
        fields: what the row said of these fields then.
    """
    said = {"history_date": at, "history_type": what, "history_user_id": by}
    return {name: getattr(row, name) for name in _kept(row._meta.model)} | fields | said


def keep(model: Any, records: Iterable[dict[str, Any]]) -> None:
    """Write records of the history of a model."""
    history = model.history.model
    for batch in batched(records, 10 * BATCH):
        history.objects.bulk_create((history(**each) for each in batch), batch_size=BATCH)


@cache
def _kept(model: Any) -> tuple[str, ...]:
    """The names of what the history of a model keeps: slow to find out."""
    return tuple(field.attname for field in model.history.model.tracked_fields)


def moment(day: date, hour: float = 12) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour)
