"""The content of a file: tables of rows of values, each with its location."""

import re
from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from lib.cells import unescaped
from lib.text import counted, joined

# What a spreadsheet writes instead of a value that it cannot work out.
ERRORS = frozenset("#NULL! #DIV/0! #VALUE! #REF! #NAME? #NUM! #N/A #SPILL! #CALC! #ERROR!".split())
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Formula:
    """A cell with a formula whose value is not saved in the file, so there is nothing to read."""

    text: str

    def __str__(self) -> str:
        return self.text


CellValue = str | bool | int | float | date | datetime | time | timedelta | Formula | None


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that is not empty. `number` counts from 1, as spreadsheets show it."""

    number: int
    cells: tuple[CellValue, ...]

    def cell(self, column: int) -> CellValue:
        """The value in a column, counted from 0; None beyond the last."""
        return self.cells[column] if 0 <= column < len(self.cells) else None

    def text(self, column: int) -> str:
        """The text in a column; none of a formula whose value nobody knows."""
        cell = self.cell(column)
        return "" if isinstance(cell, Formula) else text_of(cell)

    @property
    def texts(self) -> list[str]:
        """The texts of the cells that are not empty."""
        return [text for n in range(len(self.cells)) if (text := self.text(n))]


@dataclass(frozen=True, slots=True)
class TabMeaning:
    """The chosen or proposed meaning of a tab. Readers follow it and guess nothing.

    `header` is the index of the row with the headers, `titles` of the one with titles of milestones. `columns` has the
    field of each column by its number, of a milestone with its id: "marks:12". `marks` has the state that a mark means;
    `day_orders` what comes first in 5/10/2026, by the number of the column.
    """

    kind: str
    header: int
    columns: Mapping[int, str]
    titles: int = 0
    marks: Mapping[str, str] = field(default_factory=dict)
    day_orders: Mapping[int, str] = field(default_factory=dict)

    def numbers(self, *names: str) -> list[int]:
        """The columns that hold one of the fields, of whichever milestone."""
        return [n for n, field in sorted(self.columns.items()) if field.partition(":")[0] in names]


@dataclass(frozen=True, slots=True)
class Table:
    """A tab of a workbook (`tab` is its name), or a CSV file or pasted text (`tab` is empty)."""

    file: str
    tab: str
    rows: tuple[SheetRow, ...]
    notes: tuple[str, ...] = ()
    # Whether locations must name the file.
    is_one_of_many: bool = False
    is_hidden: bool = False
    # Columns that are hidden, from 0.
    hidden: tuple[int, ...] = ()
    # Rows below the last one that a person said.
    rows_below: int = 0
    # Whether its rows are the columns of the file.
    is_turned: bool = False
    # None while nobody said it and nothing is proposed.
    meaning: TabMeaning | None = None

    @property
    def name(self) -> str:
        return f"{self.file}, {self.tab}" if self.tab else self.file

    @property
    def meant(self) -> TabMeaning:
        """The meaning of a table for which it was said or proposed."""
        assert self.meaning is not None, "a tab that is read has a meaning"  # noqa: S101
        return self.meaning

    def seen(self, chosen: Container[int] = ()) -> "Table":
        """The table without the cells of hidden columns that nobody chose."""
        unseen = {n for n in self.hidden if n not in chosen}
        if not unseen:
            return self
        rows = (
            SheetRow(row.number, tuple(None if n in unseen else cell for n, cell in enumerate(row.cells)))
            for row in self.rows
        )
        return replace(self, rows=tuple(rows))

    def formula_note(self, passed_over: Collection[int] = ()) -> tuple[str, ...]:
        cells = [
            self.cell_name(row.number, n)
            for row in self.rows
            if row.number not in passed_over
            for n, cell in enumerate(row.cells)
            if isinstance(cell, Formula)
        ]
        if not cells:
            return ()
        return (
            f"{self.tab}, {joined(cells, 5)}: a formula without a saved value. Open the workbook in your spreadsheet,"
            " save it there, and upload it again.",
        )

    def turned(self, at: int) -> "Table":
        """The table from the row with this index on with a row for each of its columns, whose number it takes.

        Rows above it stay as they are, with negative numbers, and columns that are hidden are left out.
        """
        by_number = {row.number: row for row in self.rows[at:]}
        places = [by_number.get(n, SheetRow(n, ())) for n in range(1, max(by_number) + 1)]
        width = max(len(row.cells) for row in places)
        shown = (n for n in range(width) if n not in self.hidden)
        rows = (SheetRow(n + 1, tuple(row.cell(n) for row in places)) for n in shown)
        above = (replace(row, number=-row.number) for row in self.rows[:at])
        filled = (row for row in rows if not all(map(is_empty, row.cells)))
        notes = self.notes
        if self.hidden:
            named = joined((f"{letters(n)} “{self.rows[at].text(n)[:40]}”" for n in self.hidden), 5)
            notes += (f"{self.tab}: left out, since hidden in the workbook: column {named}.",)
        return replace(self, rows=(*above, *filled), is_turned=True, hidden=(), notes=notes)

    def place(self, column: int) -> str:
        """The column's name in a spreadsheet."""
        return str(column + 1) if self.is_turned else letters(column)

    def column_name(self, column: int, header: str) -> str:
        """The column in a sentence: C “RAG”; of one without a header its letter alone."""
        return f"{self.place(column)} “{header}”" if header else self.place(column)

    def row_name(self, number: int) -> str:
        return f"column {letters(number - 1)}" if self.is_turned else f"row {number}"

    def cell_name(self, row: int, column: int) -> str:
        across, down = (row - 1, column + 1) if self.is_turned and row > 0 else (column, abs(row))
        return f"{letters(across)}{down}"

    def location(self, row: int, column: int | None = None) -> str:
        """A row or cell in the words of a spreadsheet user: "Tracker row 5", "Tracker C5"."""
        where = self.row_name(row) if column is None else self.cell_name(row, column)
        where = f"{self.tab} {where}" if self.tab else where
        return f"{self.file}, {where}" if self.is_one_of_many else where


def letters(column: int) -> str:
    """The letters of a column counted from 0: A, B … Z, AA."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def cleaned(text: str) -> str:
    """The text of a cell without control characters and without the apostrophe that marks it as text."""
    return unescaped(_CONTROLS.sub("", text))


def text_of(value: CellValue) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float):
        return f"{value:.10g}"
    return " ".join(str(value).split())


def error_notes(where: str, count: int) -> tuple[str, ...]:
    return (
        (f"{where}: {counted(count, 'cell')} with an error such as #N/A: taken as empty.",) if count else ()
    )


def is_empty(value: CellValue) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
