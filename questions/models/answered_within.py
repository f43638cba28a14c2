"""How long a question waited for its first answer: a column that the database works out."""

from typing import Any

from django.db.models import F, Func, IntegerField

from questions.answer_times import LATER, STEPS


class AnsweredWithin(Func):
    """The step, in minutes, within which one moment came after another; NULL while it has not come.

    Seconds are cut first, so that both databases agree. What is used may stand in a stored column of each: of time
    zones, settings and today's date nothing is asked.
    """

    output_field = IntegerField()
    arity = 2

    def __init__(self, asked_at: str | F, answered_at: str | F, **extra: Any) -> None:
        super().__init__(asked_at, answered_at, **extra)

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, second: str = "{}", **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        (asked, _), (answered, _) = map(compiler.compile, self.source_expressions)
        waited = f"({second.format(answered)} - {second.format(asked)})"
        steps = " ".join(f"WHEN {waited} <= {step * 60} THEN {step}" for step in STEPS)
        return f"CASE WHEN {answered} IS NULL THEN NULL {steps} ELSE {LATER} END", ()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, tuple[str | int, ...]]:
        # A moment is a text there; what comes after its seconds would be rounded.
        return self.as_sql(compiler, connection, "CAST(strftime('%%s', substr({}, 1, 19)) AS INTEGER)")

    def as_postgresql(
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        return self.as_sql(compiler, connection, "floor(date_part('epoch', {} AT TIME ZONE 'UTC'))")
