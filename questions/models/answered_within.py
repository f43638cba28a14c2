"""A generated column: the time from a question to its first answer."""

from typing import Any

from django.db.models import F, Func, IntegerField


class AnsweredWithin(Func):
    """The minutes between two moments, rounded up; NULL without the second one.

    Fractions of seconds are cut off first, so that both databases agree. A stored generated column allows only
    expressions that do not depend on time zone, settings or today's date.
    """

    output_field = IntegerField()
    arity = 2

    def __init__(self, asked_at: str | F, answered_at: str | F, **extra: Any) -> None:
        super().__init__(asked_at, answered_at, **extra)

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, second: str = "{}", **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        (asked, _), (answered, _) = map(compiler.compile, self.source_expressions)
        return f"({second.format(answered)} - {second.format(asked)} + 59) / 60", ()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[str | int, ...]]:
        # SQLite stores a moment as text, and would round fractions of seconds.
        return self.as_sql(compiler, connection, "CAST(strftime('%%s', substr({}, 1, 19)) AS INTEGER)")

    def as_postgresql(
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        return self.as_sql(compiler, connection, "floor(date_part('epoch', {} AT TIME ZONE 'UTC'))::bigint")
