from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def written() -> Iterator[list[str]]:
    """The statements that change rows while the block runs, as they run."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            found.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield found
