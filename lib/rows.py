"""Read the rows of a subquery as one JSON value, so that a page needs no query for each short list."""

from datetime import UTC, date, datetime
from typing import Any

from django.db.models import F, JSONField, QuerySet
from django.db.models.expressions import Combinable, Subquery
from django.db.models.functions import JSONObject


class Rows(Subquery):
    """The rows of a queryset as a JSON array of objects, in the order of the queryset. The list is empty without rows.

        Group.objects.annotate(pauses=Rows(Pause.objects.filter(cohort=OuterRef("cohort")), "starts_on", "ends_on"))

    gives each group `.pauses == [{"starts_on": "2026-12-21", "ends_on": "2027-01-03"}]`. Fields are names,
    `key="path__to__it"` or `key=expression`. Days and moments are text: parse them with `day()` and `moment()`.
    A boolean may be 0 or 1. The database builds the array, both in SQLite and in PostgreSQL.
    """

    def __init__(self, queryset: QuerySet[Any, Any], *fields: str, **expressions: str | Combinable) -> None:
        of = {name: F(name) for name in fields} | {
            key: F(value) if isinstance(value, str) else value for key, value in expressions.items()
        }
        super().__init__(
            queryset.annotate(json_row=JSONObject(**of)).values("json_row"), output_field=JSONField()
        )

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        array = "(SELECT json_group_array(json(of_rows.json_row)) FROM (%(subquery)s) of_rows)"
        return self.as_sql(compiler, connection, template=array, **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        array = "(SELECT coalesce(jsonb_agg(of_rows.json_row), '[]'::jsonb) FROM (%(subquery)s) of_rows)"
        return self.as_sql(compiler, connection, template=array, **context)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text[:10])


def moment(text: str | None) -> datetime | None:
    """SQLite stores moments in UTC without an offset."""
    if text is None:
        return None
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)
