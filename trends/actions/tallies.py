from typing import Any

from django.db import connections, models, router, transaction

from trends.models import AskTally, StudentTally, TopicTally, TopicTotal
from trends.tally_statements import WAIT_FOR_TURN

# By table: the columns that identify a part. A part is some hundred cells, or a cohort's topics.
_PARTS: dict[type[models.Model], tuple[str, ...]] = {
    AskTally: ("cohort_id", "week_starts_on"),
    TopicTally: ("cohort_id", "week_starts_on"),
    TopicTotal: ("cohort_id",),
    StudentTally: ("cohort_id", "milestone_id"),
}
# Parts in one statement: it writes some ten thousand rows at most.
_AT_ONCE = 20


def compact_tallies(*, limit: int = 200) -> int:
    """Replace the addends of each cell by their sum, or delete them if it is 0. Return the number of compacted parts.

    Other writers do not wait, and no reader sees a wrong count: one statement deletes the addends and inserts their
    sum. SQLite also updates the statistics of its query planner. PostgreSQL does that by itself.

    Args:
        limit: the most parts (a week of a cohort) of each table to compact.
    """
    done = 0
    for model, part in _PARTS.items():
        parts = _parts_to_compact(model, part)[:limit]
        for start in range(0, len(parts), _AT_ONCE):
            _compact(model, part, parts[start : start + _AT_ONCE])
        done += len(parts)
    connection = connections[router.db_for_write(AskTally)]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit = 1000")
            cursor.execute("PRAGMA optimize")
    return done


def _added(model: type[models.Model]) -> str:
    return "students" if model is StudentTally else "asks"


def _cell(model: type[models.Model]) -> list[str]:
    columns = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
    return [column for column in columns if column != _added(model)]


def _parts_to_compact(model: type[models.Model], part: tuple[str, ...]) -> list[tuple[object, ...]]:
    cells = model._default_manager.values(*_cell(model)).annotate(rows=models.Count("*")).filter(rows__gt=1)
    return sorted(set(cells.values_list(*part)), key=str)


@transaction.atomic
def _compact(model: type[models.Model], part: tuple[str, ...], parts: list[tuple[object, ...]]) -> None:
    connection = connections[router.db_for_write(model)]
    table, cell, added = model._meta.db_table, ", ".join(_cell(model)), _added(model)
    placeholder = f"({', '.join(['%s'] * len(part))})"
    these = f"({', '.join(part)}) IN (VALUES {', '.join([placeholder] * len(parts))})"
    values: list[Any] = [value for key in parts for value in key]
    # Only column names of the models are inserted.
    by_cell = f"GROUP BY {cell} HAVING sum({added}) <> 0"
    insert = f"INSERT INTO {table} ({cell}, {added}) SELECT {cell}, sum({added}) FROM"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(WAIT_FOR_TURN)
            gone = f"DELETE FROM {table} WHERE {these} RETURNING {cell}, {added}"  # noqa: S608
            cursor.execute(f"WITH gone AS ({gone}) {insert} gone {by_cell}", values)
            return
        last = model._default_manager.aggregate(last=models.Max("pk"))["last"]
        old = f"{table} WHERE {these} AND id <= %s"
        cursor.execute(f"{insert} {old} {by_cell}", [*values, last])
        cursor.execute(f"DELETE FROM {old}", [*values, last])  # noqa: S608
