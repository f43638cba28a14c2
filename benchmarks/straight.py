"""Rows written past the models, quickly, into an empty database: for benchmarks only."""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from questions.search_index import ensure_search_index


@contextmanager
def written_straight(*numbered: type[models.Model]) -> Iterator[None]:
    """Without checks of references and without triggers: the rows are right.

    Args:
        numbered: models whose rows are given with their ids.
    """
    on_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = replica" if on_postgresql else "PRAGMA foreign_keys = OFF"
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "SET session_replication_role = DEFAULT" if on_postgresql else "PRAGMA foreign_keys = ON"
        )
        if on_postgresql:
            for model in numbered:
                # Rows came with their ids. Names of tables only.
                table = model._meta.db_table
                highest = f"SELECT max(id) FROM {table}"  # noqa: S608
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), ({highest}))")
        ensure_search_index()
        # What autovacuum, or PRAGMA optimize, would have done in the night.
        cursor.execute("VACUUM ANALYZE" if on_postgresql else "ANALYZE")


def load(model: type[models.Model], rows: Iterable[dict[str, Any]], *, tell: bool = True) -> None:
    """Write rows of a model, given by column; what they do not say is as a new object has it.

    Args:
        tell: say on stderr when all are written.
    """
    new = model()
    rows = iter(rows)
    head = next(rows, None)
    if head is None:
        return
    # The database works some columns out by itself.
    fields = [
        f for f in model._meta.concrete_fields if not f.generated and (f.attname in head or not f.primary_key)
    ]
    usual = {f.attname: f.value_from_object(new) for f in fields}
    columns = list(usual)

    def values() -> Iterator[list[Any]]:
        yield [head.get(column, usual[column]) for column in columns]
        for row in rows:
            yield [row.get(column, usual[column]) for column in columns]

    names = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        (_copy if connection.vendor == "postgresql" else _insert)(
            cursor, model._meta.db_table, names, values()
        )
    if tell:
        print(f"  {model._meta.verbose_name_plural} written", file=sys.stderr, flush=True)


def _insert(cursor: CursorWrapper, table: str, names: str, rows: Iterator[list[Any]]) -> None:
    marks = ", ".join(["%s"] * (names.count(",") + 1))
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
    while batch := list(islice(rows, 20_000)):
        cursor.executemany(statement, [[_plain(v) for v in row] for row in batch])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None)
    return str(value) if isinstance(value, date) else value


def _copy(cursor: CursorWrapper, table: str, names: str, rows: Iterator[list[Any]]) -> None:
    while batch := list(islice(rows, 50_000)):
        lines = "".join("\t".join("\\N" if v is None else _escaped(v) for v in row) + "\n" for row in batch)
        cursor.cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", io.StringIO(lines))


def _escaped(value: Any) -> str:
    text = str(value)
    return (
        text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t")
        if isinstance(value, str)
        else text
    )
