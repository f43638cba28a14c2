"""Proposes the header row of a table and the field of each column, and reads cells by what columns hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lib.text import folded, joined
from sheets.reading import SheetRow, Table

# A title and notes may stand above the header, but not more rows than this.
LOOKED_AT = 30
# Before a field that only the content of a column proposes: nothing is read of it before somebody says what it is.
UNSURE = "?"
_NUMBERED = re.compile(r"\s*\d+$")


@dataclass(frozen=True, slots=True)
class ColumnField:
    """Something that a column can contain.

    `headers` are folded headers that propose it: the template's own, and one or two in Portuguese, Spanish, French and
    German. With `is_many`, several columns may hold the field.
    """

    name: str
    label: str
    headers: frozenset[str]
    is_required: bool = False
    is_many: bool = False

    def means(self, header: str) -> bool:
        return header in self.headers or (self.is_many and _NUMBERED.sub("", header) in self.headers)


def column_field(
    name: str, label: str, headers: str, *, is_required: bool = False, is_many: bool = False
) -> ColumnField:
    known_headers = frozenset(folded(word) for word in headers.split(",")) - {""}
    return ColumnField(name, label, known_headers, is_required, is_many)


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column as understood: its number from 0, header, and the field it holds ("" for none)."""

    number: int
    header: str
    field: str


@dataclass(frozen=True, slots=True)
class UnderstoodTable:
    """A table with a known header; `rows` are those below it.

    Among `clashing` columns one is still to be chosen: nothing is read before.
    """

    table: Table
    header_row: int
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    missing: tuple[ColumnField, ...]
    clashing: frozenset[int] = frozenset()

    @property
    def header(self) -> SheetRow:
        return next(row for row in self.table.rows if row.number == self.header_row)

    def text(self, row: SheetRow, name: str) -> str:
        return next((row.text(column.number) for column in self.columns if column.field == name), "")

    def lines(self, row: SheetRow, name: str) -> str:
        """Like `text`, but with line breaks and spaces kept."""
        column = self.column(name)
        value = None if column is None else row.cell(column)
        return value.strip() if isinstance(value, str) else self.text(row, name)

    def column(self, name: str) -> int | None:
        return next((column.number for column in self.columns if column.field == name), None)

    def many(self, name: str) -> list[SheetColumn]:
        return [column for column in self.columns if column.field == name]


def understand_table(table: Table, fields: Sequence[ColumnField]) -> UnderstoodTable:
    """Read the columns by the table's meaning; propose one if it has none."""
    names = {known_field.name for known_field in fields}
    at = header_at(table, fields) if table.meaning is None else table.meaning.header
    header = table.rows[at]
    width = width_of(table.rows[at : at + LOOKED_AT])
    if table.meaning is None:
        fielded = fields_of(header, width, fields)
    else:
        fielded = {n: name for n, name in table.meaning.columns.items() if name.partition(":")[0] in names}
    many = {known_field.name for known_field in fields if known_field.is_many}
    told = [n for n, name in fielded.items() if name.partition(":")[0] not in many and header.text(n)]
    rows = tuple(row for row in table.rows[at + 1 :] if not _repeats(header, row, told))
    columns = tuple(
        SheetColumn(number, header.text(number)[:100], fielded.get(number, ""))
        for number in range(width)
        if header.text(number) or number in fielded or any(row.text(number) for row in rows[:LOOKED_AT])
    )
    present = {column.field for column in columns}
    likely = {
        known_field.name: [
            table.column_name(n, header.text(n)[:100])
            for n, name in (table.meaning.columns.items() if table.meaning else ())
            if name == f"{UNSURE}{known_field.name}"
        ]
        for known_field in fields
    }
    if present & {"first_name", "last_name"} or ("email" in present and not likely.get("name")):
        present.add("name")
    missing = tuple(
        replace(known_field, label=f"{known_field.label} ({' or '.join(places)} looks like it)")
        if (places := likely[known_field.name])
        else known_field
        for known_field in fields
        if known_field.name not in present and (known_field.is_required or likely[known_field.name])
    )
    twice = {
        known_field: both
        for known_field in fields
        if not known_field.is_many
        and len(both := [column for column in columns if column.field == known_field.name]) > 1
    }
    missing += tuple(
        replace(known_field, label=f"one of {named_columns(table, both)} for the {known_field.label}")
        for known_field, both in twice.items()
    )
    clashing = frozenset(column.number for both in twice.values() for column in both)
    return UnderstoodTable(table, header.number, columns, rows, missing, clashing)


def named_columns(table: Table, columns: Sequence[SheetColumn]) -> str:
    return joined(table.column_name(column.number, column.header[:100]) for column in columns)


def width_of(rows: Sequence[SheetRow]) -> int:
    return max((len(row.cells) for row in rows), default=0)


def _repeats(header: SheetRow, row: SheetRow, told: Sequence[int]) -> bool:
    """Whether a row is the header again, such as one that is merged over two rows."""
    if row.number == header.number + 1 or row.text(0) == header.text(0):
        return bool(told) and all(row.text(number) == header.text(number) for number in told)
    return False


def header_at(table: Table, fields: Sequence[ColumnField]) -> int:
    """The index of the first row with most known headers; if none has any, of the first row with two texts."""
    scores = [
        0 if _is_labels(row) else len(set(fields_of(row, len(row.cells), fields).values()))
        for row in table.rows[:LOOKED_AT]
    ]
    if not any(scores):
        wide = (
            n for n, row in enumerate(table.rows[:LOOKED_AT]) if len(row.texts) > 1 and not _is_labels(row)
        )
        return next(wide, 0)
    return scores.index(max(scores))


def _is_labels(row: SheetRow) -> bool:
    """Whether a row has labels with their values beside them: "Mentor:", "Ines Paz"."""
    texts = row.texts
    return all(text.endswith(":") == (n % 2 == 0) for n, text in enumerate(texts)) and len(texts) % 2 == 0


def fields_of(header: SheetRow, width: int, fields: Sequence[ColumnField]) -> dict[int, str]:
    """The field of each column; the first column wins if several could hold the same field."""
    found: dict[int, str] = {}
    for number in range(width):
        text = folded(header.text(number)[:200])
        match = next((known_field for known_field in fields if text and known_field.means(text)), None)
        if match is not None and (match.is_many or match.name not in found.values()):
            found[number] = match.name
    return found
