"""Keeps the tables of a file in its place, so that it is read once."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sheets.reading.tables import CellValue, Formula, SheetRow, Table

# Types of cells that JSON does not know, by their names.
_OTHERS: Mapping[str, Callable[[Any], CellValue]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
    "Formula": Formula,
}


def kept(tables: Sequence[Table]) -> bytes:
    held = [
        [
            table.file,
            table.tab,
            table.notes,
            table.is_hidden,
            [[row.number, *row.cells] for row in table.rows],
            table.hidden,
        ]
        for table in tables
    ]
    # A cell a line, as who looks for somebody's words in it shows them.
    return json.dumps(held, default=_plain, ensure_ascii=False, separators=(",\n", ":")).encode()


def tables_kept(content: bytes) -> list[Table]:
    return [
        Table(
            file=file,
            tab=tab,
            notes=tuple(notes),
            is_hidden=is_hidden,
            # Before 1.1 they were not kept.
            hidden=tuple(*hidden),
            rows=tuple(SheetRow(number, tuple(cells)) for number, *cells in rows),
        )
        for file, tab, notes, is_hidden, rows, *hidden in json.loads(content, object_hook=_cell)
    ]


def _plain(value: Any) -> dict[str, Any]:
    if isinstance(value, timedelta):
        return {"timedelta": value.total_seconds()}
    return {type(value).__name__: value.text if isinstance(value, Formula) else value.isoformat()}


def _cell(held: dict[str, Any]) -> CellValue:
    [(name, value)] = held.items()
    return _OTHERS[name](value)
