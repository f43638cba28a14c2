"""Splits a tab in which tables stand side by side, each with people of its own."""

from collections.abc import Iterator
from dataclasses import replace

from lib.text import folded, joined
from sheets.reading import SheetRow, Table
from sheets.reading.tables import is_empty, letters
from sheets.understanding.columns import LOOKED_AT, UnderstoodTable, understand_table, width_of
from sheets.understanding.labels import PATH
from sheets.understanding.roster import FIELDS as ROSTER_FIELDS
from sheets.understanding.tracker import is_marked

_NAMES = tuple(field for field in ROSTER_FIELDS if field.name in ("name", "first_name"))


def tables_beside(table: Table) -> list[Table]:
    """Return the tables of a tab from left to right; the tab itself if it has one.

    A second column of names begins a table if its header is that of the first, in whichever row, or if an empty
    column or check boxes stand between them: "Nom", "Prénom" and "Nom complet" name one person. Cells above a table
    in its own columns are its own; a learning path holds for all. Cells keep their letters.
    """
    read = understand_table(table, _NAMES)
    starts = [0, *_starts(read)]
    if len(starts) == 1:
        return [table]
    spans = list(zip(starts, [*starts[1:], width_of(table.rows)], strict=True))
    where = joined(f"{letters(first)} to {letters(end - 1)}" for first, end in spans)
    note = f"{table.tab or table.file}: {len(spans)} tables side by side, in columns {where}."
    return [
        replace(table, rows=tuple(_cut(table, first, end)), notes=() if n else (*table.notes, note))
        for n, (first, end) in enumerate(spans)
    ]


def _starts(read: UnderstoodTable) -> Iterator[int]:
    """The first columns of the second table and those after it."""
    texts = [folded(read.header.text(number)) for number in range(width_of((read.header, *read.rows)))]
    first = next((text for text in texts if _is_name(text)), "")
    # The header of the table beside it may stand higher or lower.
    others = [{folded(row.text(n)) for row in read.table.rows[:LOOKED_AT]} for n in range(len(texts))]
    texts = [text or (first if first in others[n] else "") for n, text in enumerate(texts)]
    names = [n for n, text in enumerate(texts) if _is_name(text)]
    last = names[0] if names else 0
    for name in names[1:]:
        between = range(last + 1, name)
        empty = [n for n in between if not texts[n] and not any(row.text(n) for row in read.rows)]
        if texts[name] == first or empty or any(is_marked(read.rows, n) for n in between):
            # Numbers and groups may stand before the names, as in the first table.
            before = names[0] if not empty and texts[name - names[0] : name] == texts[: names[0]] else 0
            yield empty[-1] + 1 if empty else name - before
            last = name


def _is_name(header: str) -> bool:
    return bool(header) and any(field.means(header) for field in _NAMES)


def _cut(table: Table, first: int, end: int) -> Iterator[SheetRow]:
    """The rows of a table with nothing but its own columns."""
    for row in table.rows:
        is_of_all = bool(PATH.match(folded(row.text(0))))
        cells = tuple(cell if is_of_all or first <= n < end else None for n, cell in enumerate(row.cells))
        if not all(map(is_empty, cells)):
            yield replace(row, cells=cells)
