"""Finds the header row of a table and the meaning of each column, in four languages."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lib.text import folded
from sheets.reading import SheetRow, Table
from sheets.reading.tables import letters

# A title and notes may stand above the header, but not more rows than this.
_LOOKED_AT = 30
_SAMPLES = 3
_NUMBERED = re.compile(r"\s*\d+$")


@dataclass(frozen=True, slots=True)
class ColumnField:
    """Something that a column can contain.

    `headers` are folded headers in English, Portuguese, Spanish and French that have this meaning. With `is_many`,
    several columns may hold the field.
    """

    name: str
    label: str
    headers: frozenset[str]
    is_required: bool = False
    is_many: bool = False
    # Words that may stand beside a header without changing its meaning: "work" in "Work e-mail".
    beside: frozenset[str] = frozenset()

    def means(self, header: str) -> bool:
        if header in self.headers or (self.is_many and _NUMBERED.sub("", header) in self.headers):
            return True
        plain = " ".join(word for word in header.split() if word not in self.beside)
        return plain != header and plain in self.headers


def column_field(
    name: str, label: str, headers: str, *, is_required: bool = False, is_many: bool = False, beside: str = ""
) -> ColumnField:
    known_headers = frozenset(folded(word) for word in headers.split(",")) - {""}
    return ColumnField(name, label, known_headers, is_required, is_many, frozenset(beside.split()))


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column as understood: its number from 0, header, sample values, and the field it holds ("" for none)."""

    number: int
    header: str
    samples: tuple[str, ...]
    field: str

    @property
    def letters(self) -> str:
        return letters(self.number)


# Corrections by people: layout → number of the column as text → name of the field ("" for none).
type Corrections = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class UnderstoodTable:
    """A table with a known header; `rows` are those below it."""

    table: Table
    header_row: int
    columns: tuple[SheetColumn, ...]
    rows: tuple[SheetRow, ...]
    missing: tuple[ColumnField, ...]

    @property
    def header(self) -> SheetRow:
        return next(row for row in self.table.rows if row.number == self.header_row)

    @property
    def layout(self) -> str:
        """A hash of the headers: a correction of one table holds for all tables with the same layout."""
        headers = [folded(column.header) for column in self.columns]
        return hashlib.sha256("|".join(headers).encode()).hexdigest()[:12]

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


def understand_table(
    table: Table, fields: Sequence[ColumnField], corrections: Corrections | None = None
) -> UnderstoodTable:
    at = _header_at(table, fields)
    header = table.rows[at]
    rows = tuple(row for row in table.rows[at + 1 :] if not _repeats(header, row, fields))
    width = max((len(row.cells) for row in table.rows[at : at + _LOOKED_AT]), default=0)
    meanings = _meanings(header, width, fields)
    read = _understood(table, header, rows, width, meanings, fields)
    corrected = (corrections or {}).get(read.layout)
    if not corrected:
        return read
    known_names = {known_field.name for known_field in fields} | {""}
    meanings |= {
        int(number): name
        for number, name in corrected.items()
        if number.isdigit() and int(number) < width and name in known_names
    }
    return _understood(table, header, rows, width, meanings, fields)


def _repeats(header: SheetRow, row: SheetRow, fields: Sequence[ColumnField]) -> bool:
    """Whether a row is the header again, such as one that is merged over two rows."""
    if row.number == header.number + 1 or row.text(0) == header.text(0):
        known = _meanings(header, len(header.cells), fields)
        return bool(known) and all(row.text(number) == header.text(number) for number in known)
    return False


def _understood(
    table: Table,
    header: SheetRow,
    rows: tuple[SheetRow, ...],
    width: int,
    meanings: Mapping[int, str],
    fields: Sequence[ColumnField],
) -> UnderstoodTable:
    columns = tuple(
        SheetColumn(number, header.text(number)[:100], samples, meanings.get(number, ""))
        for number in range(width)
        if (samples := _samples(rows, number)) or header.text(number)
    )
    present = {column.field for column in columns}
    missing = tuple(
        known_field for known_field in fields if known_field.is_required and known_field.name not in present
    )
    return UnderstoodTable(table, header.number, columns, rows, missing)


def _header_at(table: Table, fields: Sequence[ColumnField]) -> int:
    """The index of the row among the first ones that has most known headers; 0 if no row has any."""
    scores = [
        0 if _is_labels(row) else len(set(_meanings(row, len(row.cells), fields).values()))
        for row in table.rows[:_LOOKED_AT]
    ]
    return scores.index(max(scores)) if scores else 0


def _is_labels(row: SheetRow) -> bool:
    """Whether a row has labels with their values beside them: "Mentor:", "Ines Paz"."""
    texts = [text for n in range(len(row.cells)) if (text := row.text(n))]
    return all(text.endswith(":") == (n % 2 == 0) for n, text in enumerate(texts)) and len(texts) % 2 == 0


def _meanings(header: SheetRow, width: int, fields: Sequence[ColumnField]) -> dict[int, str]:
    """The field of each column; the first column wins if several could hold the same field."""
    meanings: dict[int, str] = {}
    for number in range(width):
        text = folded(header.text(number)[:200])
        match = next((known_field for known_field in fields if text and known_field.means(text)), None)
        if match is not None and (match.is_many or match.name not in meanings.values()):
            meanings[number] = match.name
    return meanings


def _samples(rows: Sequence[SheetRow], number: int) -> tuple[str, ...]:
    texts = (row.text(number)[:60] for row in rows[:_LOOKED_AT])
    return tuple(dict.fromkeys(text for text in texts if text))[:_SAMPLES]
