"""Recognises record tabs and reads their rows into records."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sheets.reading import Table
from sheets.understanding.columns import ColumnField, UnderstoodTable, column_field, understand_table
from sheets.understanding.exported import kind_by_headers
from sheets.understanding.labels import GROUP, labelled
from sheets.understanding.records import asked, students
from sheets.understanding.records.cells import RecordCells, SheetRecord
from sheets.understanding.records.column import ExportColumn
from sheets.understanding.roster import UnreadRow

# The CSV of people has "Name". A tab of a workbook cannot, since it would look like a tracker.
_ALSO = {"Person": "Name"}


class RecordKind(StrEnum):
    PEOPLE = "people"
    PLAN = "plan"
    PROGRESS = "progress"
    ANSWERS = "answers"
    ASKS = "asks"


@dataclass(frozen=True, slots=True)
class RecordLayout:
    """The columns of a tab, those that identify it, those it needs, and the function that reads a row."""

    columns: Sequence[ExportColumn[Any]]
    known_by: tuple[str, ...]
    needed: tuple[str, ...]
    read: Callable[[RecordCells], SheetRecord]

    @property
    def fields(self) -> tuple[ColumnField, ...]:
        return tuple(
            column_field(
                column.name,
                column.header.lower(),
                f"{column.header},{_ALSO.get(column.header, '')}",
                is_required=column.name in self.needed,
            )
            for column in self.columns
        )


@dataclass(frozen=True, slots=True)
class RecordTab:
    """A record tab as understood. `group` is named by a label above the table; "" if there is none."""

    kind: RecordKind
    understood: UnderstoodTable
    records: tuple[SheetRecord, ...]
    unread: tuple[UnreadRow, ...]
    group: str


def record_kind(table: Table) -> RecordKind | None:
    return kind_by_headers(table, _KNOWN_BY)


def understand_record_tab(kind: RecordKind, table: Table, at: datetime) -> RecordTab:
    """Read the rows of a tab; `at` is the moment of the import, in the time zone of the moments in the tab."""
    layout = LAYOUTS[kind]
    understood = understand_table(table, layout.fields)
    records: list[SheetRecord] = []
    unread: list[UnreadRow] = []
    for row in understood.rows:
        cells = RecordCells(understood, row, at)
        if not any(understood.text(row, column.name) for column in layout.columns):
            continue
        try:
            records.append(layout.read(cells))
        except ValueError as error:
            # Its first cells name it.
            texts = [text[:60] for n in range(min(len(row.cells), 4)) if (text := row.text(n))]
            unread.append(UnreadRow(cells.location, row, ", ".join(texts) or "row", str(error)))
    return RecordTab(kind, understood, tuple(records), tuple(unread), labelled(understood, GROUP))


LAYOUTS: Mapping[RecordKind, RecordLayout] = {
    RecordKind.PEOPLE: RecordLayout(
        students.PEOPLE, ("email", "role", "from", "until"), ("person",), students.read_person_row
    ),
    RecordKind.PLAN: RecordLayout(
        students.PLAN, ("milestone", "planned_hours", "due_on"), ("milestone",), students.read_plan_row
    ),
    RecordKind.PROGRESS: RecordLayout(
        students.PROGRESS,
        ("person", "milestone", "state", "since"),
        ("person", "milestone"),
        students.read_progress,
    ),
    RecordKind.ANSWERS: RecordLayout(asked.ANSWERS, ("asked", "body"), ("body",), asked.read_answer),
    RecordKind.ASKS: RecordLayout(asked.ASKS, ("asked", "logged_by", "asked_at"), ("asked",), asked.read_ask),
}
_KNOWN_BY = {
    kind: [column.header for column in layout.columns if column.name in layout.known_by]
    for kind, layout in LAYOUTS.items()
}


def records_of[Kept: SheetRecord](tabs: list[tuple[int, RecordTab]], kind: type[Kept]) -> list[Kept]:
    """The records of one kind."""
    return [record for _, tab in tabs for record in tab.records if isinstance(record, kind)]
