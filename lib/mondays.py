from typing import Any

from django.db.models import BooleanField, DateField, Func


class IsMonday(Func):
    """Whether a day is a Monday, for constraints.

    Django's `iso_week_day` is a function that only Django gives SQLite, whose own programs then cannot check the file.
    """

    output_field = BooleanField()
    arity = 1
    template = "(EXTRACT(ISODOW FROM %(expressions)s) = 1)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(strftime('%%%%w', %(expressions)s) = '1')")


class ThisMonday(Func):
    """The Monday of today in UTC, as a column's default: for rows of an older version that does not know the column."""

    output_field = DateField()
    arity = 0
    template = "(date_trunc('week', now() AT TIME ZONE 'UTC')::date)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="(date('now', '-6 days', 'weekday 1'))")
