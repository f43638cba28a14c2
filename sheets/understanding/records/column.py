"""Columns of what Trefoil exports, each declared once: header, cell of a row, and reading when it comes back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Model

from lib.cells import Value
from sheets.understanding.records.cells import RecordCells

type ExportRow = tuple[Value, ...]
type Reader = Callable[[RecordCells, str], Any]


@dataclass(frozen=True, slots=True)
class ExportColumn[Row]:
    """A column of the rows of a tab or CSV file.

    Args:
        cell: as in a template the path of its value, such as "milestone.title", which may end early at None; or a
            function of the row.
        name: by which its cells are read, and which stored choices have; empty if the tab is not imported.
        read: reads a cell. Without it, the function that reads the row does, by the name.
        field: of an unsaved row of a model, which the cell fills. Without it, the cell is one of the record.
    """

    header: str
    cell: str | Callable[[Row], Value]
    name: str = ""
    read: Reader | None = None
    field: str = ""

    def value(self, row: Row) -> Value:
        if not isinstance(self.cell, str):
            return self.cell(row)
        value: Any = row
        for name in self.cell.split("."):
            if value is None:
                break
            value = getattr(value, name)
        found: Value = value() if callable(value) else value
        return found


def header_of(columns: Iterable[ExportColumn[Any]]) -> tuple[str, ...]:
    return tuple(column.header for column in columns)


def row_of[Row](columns: Sequence[ExportColumn[Row]], row: Row, zone: ZoneInfo) -> ExportRow:
    """The cells of a row. Moments are local times in the cohort, without tzinfo: files have no time zones."""
    values = [column.value(row) for column in columns]
    return tuple(
        value.astimezone(zone).replace(tzinfo=None, microsecond=0) if isinstance(value, datetime) else value
        for value in values
    )


def read_into(row: Model | None, columns: Sequence[ExportColumn[Any]], cells: RecordCells) -> dict[str, Any]:
    """Read the cells of a row into the fields of an unsaved one; return the others, which are those of its record."""
    others: dict[str, Any] = {"location": cells.location}
    for column in columns:
        if column.read and column.field:
            setattr(row, column.field, column.read(cells, column.name))
        elif column.read:
            others[column.name] = column.read(cells, column.name)
    return others


def one_of(choices: Sequence[tuple[str, object]], default: str = "") -> Reader:
    return partial(RecordCells.one_of, choices=choices, default=default)


def at_most(characters: int) -> Reader:
    return partial(RecordCells.short, most=characters)


def person(email: str) -> Reader:
    """The person in a column of names and in the one of addresses with this name; None if they name nobody."""
    return partial(RecordCells.person, email=email)
