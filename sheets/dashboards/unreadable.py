"""The unreadable rows of an import as a file, to be corrected and uploaded again."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import tablib
from django.utils.text import slugify
from openpyxl import Workbook

from lib.cells import escaped
from sheets.models import ImportLine, SheetImport

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel needs it to read CSV as UTF-8.
_MARK = b"\xef\xbb\xbf"
_LONGEST_TAB = 31


@dataclass(frozen=True, slots=True)
class UnreadableRowsFile:
    name: str
    content_type: str
    content: bytes


def unreadable_file(sheet_import: SheetImport) -> UnreadableRowsFile | None:
    """Return a CSV file if all rows come from one CSV file, else a workbook with their tabs; None if there are none.

    Texts that a spreadsheet would take for formulas are marked as text.
    """
    heads: dict[str, Any] = sheet_import.understood.get("heads", {})
    lines = sheet_import.lines.in_order().filter(verdict=ImportLine.Verdict.UNREADABLE).exclude(table=None)
    rows: dict[int, dict[int, list[str]]] = {}
    for line in lines:
        rows.setdefault(line.table or 0, {})[line.row or 0] = line.cells
    if not rows:
        return None
    tables = [
        (
            heads.get(str(n), {}).get("tab", ""),
            [*heads.get(str(n), {}).get("rows", []), *cells_by_row.values()],
        )
        for n, cells_by_row in sorted(rows.items())
    ]
    stem = slugify(f"{sheet_import} not read")
    if len(tables) == 1 and not tables[0][0]:
        return UnreadableRowsFile(f"{stem}.csv", "text/csv; charset=utf-8", _csv(tables[0][1]))
    return UnreadableRowsFile(f"{stem}.xlsx", _WORKBOOK, _workbook(tables))


def _csv(rows: list[list[str]]) -> bytes:
    width = max(map(len, rows))
    table = tablib.Dataset(*([*map(escaped, row), *[""] * (width - len(row))] for row in rows))
    text: str = table.export("csv")
    return _MARK + text.encode()


def _workbook(tables: list[tuple[str, list[list[str]]]]) -> bytes:
    book = Workbook(write_only=True)
    names: set[str] = set()
    for tab, rows in tables:
        name = _unused_name(tab or "Rows", names)
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([escaped(cell) for cell in row])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _unused_name(name: str, used_names: set[str]) -> str:
    stem = (
        "".join(letter for letter in name if letter not in r"[]:*?/\'").strip()[: _LONGEST_TAB - 4] or "Rows"
    )
    name = next(
        candidate
        for n in range(1, len(used_names) + 2)
        if (candidate := stem if n == 1 else f"{stem} {n}") not in used_names
    )
    used_names.add(name)
    return name
