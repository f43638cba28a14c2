"""Rows written past the models, quickly, into an empty database: for benchmarks only."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from questions.search_index import ensure_search_index


@contextmanager
def written_straight() -> Iterator[None]:
    """Without checks of references and without triggers: the rows are right."""
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
        ensure_search_index()
        # The work of autovacuum, or PRAGMA optimize, in the night.
        cursor.execute("VACUUM ANALYZE" if on_postgresql else "ANALYZE")
