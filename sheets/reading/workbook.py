"""Reads workbooks with openpyxl, row by row. `BoundedArchive` limits what openpyxl reads in one go.

openpyxl's read-only worksheet trusts the dimensions a file declares and pads rows to them. So its worksheet parser is
used directly: it gives the rows that are in the file, and we add notes that people need.
"""

import re
import warnings
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS

from lib.text import joined
from sheets.reading.archive import BoundedArchive, BoundedPart, check_archive
from sheets.reading.limits import LIMITS, Limits
from sheets.reading.problems import UnreadableFile
from sheets.reading.tables import CellValue, Formula, SheetRow, Table, cleaned, error_notes, is_empty
from sheets.reading.text import check_row

_COMMENT = re.compile(rb"<(?:\w+:)?comment[\s>]")
# Cells that are filled from merged ones, of a tab. No course needs more.
_MOST_MERGED = 100_000


def read_workbook(name: str, content: bytes, limits: Limits) -> list[Table]:
    """Return the tabs that are not empty.

    Raises:
        UnreadableFile: it is not a workbook, is protected, contains macros, is damaged, or exceeds a limit.
    """
    try:
        archive = BoundedArchive(BytesIO(content), name=name, limits=limits)
        check_archive(archive, name, limits)
        with warnings.catch_warnings():
            # openpyxl warns about styles and extensions that it skips. We read none of them.
            warnings.simplefilter("ignore")
            tables = [table for table in _tables(name, archive, limits) if table.rows]
    except UnreadableFile:
        raise
    except zipfile.BadZipFile as error:
        raise UnreadableFile(
            f"“{name}” is damaged, perhaps cut off during the upload. Download or save it again."
        ) from error
    # A damaged file can make the libraries fail anywhere, with exceptions they do not document.
    except Exception as error:
        raise UnreadableFile(
            f"“{name}” is damaged, or not a workbook that Trefoil can read ({type(error).__name__}). Open it in your"
            " spreadsheet, save it as .xlsx and upload it again."
        ) from error
    if not tables:
        raise UnreadableFile(f"“{name}” contains nothing: all its tabs are empty.")
    return tables


def _tables(name: str, archive: BoundedArchive, limits: Limits) -> Iterator[Table]:
    reader = _open(archive)
    tabs = [(sheet, rel) for sheet, rel in reader.parser.find_sheets() if rel.Type.endswith("/worksheet")]
    if len(tabs) > limits.tabs:
        raise UnreadableFile(f"“{name}” has {len(tabs)} tabs; the limit is {limits.tabs}.")
    left = limits.rows
    for sheet, rel in tabs:
        with archive.open(rel.target) as part:
            table = _table(name, str(sheet.name)[:100], part, reader, limits)
        notes = (*table.notes, *_comments(archive, table.tab, rel.target))
        table = replace(table, is_hidden=sheet.state != "visible", notes=notes)
        left -= len(table.rows)
        if left < 0:
            raise UnreadableFile(
                f"“{name}” has more than {limits.rows:,} rows. Split it into several workbooks."
            )
        yield table


def _comments(archive: BoundedArchive, tab: str, path: str) -> Iterator[str]:
    """A note of how many cells have a comment. Its words are not read."""
    links = get_rels_path(path)
    parts = get_dependents(archive, links) if links in archive.namelist() else ()
    comments = (archive.read(part.target) for part in parts if part.Type.endswith("/comments"))
    if count := sum(len(_COMMENT.findall(part)) for part in comments):
        yield f"{tab}: {'1 comment of a cell is' if count == 1 else f'{count} comments of cells are'} not imported."


def _open(archive: BoundedArchive) -> ExcelReader:
    reader = ExcelReader(archive.source, read_only=True, data_only=True, keep_links=False)
    reader.archive = archive
    reader.read_manifest()
    texts = reader.package.find(SHARED_STRINGS)
    if texts is not None:
        archive.texts = texts.PartName.lstrip("/")
    reader.read_strings()
    reader.read_workbook()
    try:
        apply_stylesheet(archive, reader.wb)
    except UnreadableFile:
        raise
    # Without styles, dates lose their format and are read from their serial number.
    except Exception:
        reader.wb._date_formats = reader.wb._timedelta_formats = set()
    return reader


class _TabParser(WorkSheetParser):  # type: ignore[misc]
    """openpyxl's parser, which also collects hidden rows and columns, and formulas without a value."""

    def __init__(self, part: BoundedPart, reader: ExcelReader) -> None:
        super().__init__(
            part,
            reader.shared_strings,
            data_only=True,
            epoch=reader.wb.epoch,
            date_formats=reader.wb._date_formats,
            timedelta_formats=reader.wb._timedelta_formats,
        )
        self.part = part
        self.hidden: list[int] = []
        self.hidden_columns: set[int] = set()

    row_counter: int

    def parse_row(self, row: Any) -> tuple[int, list[dict[str, Any]]]:
        self.part.row_begins()
        if not len(row):
            self.row_counter = int(row.get("r") or self.row_counter + 1)
            return self.row_counter, []
        number, cells = super().parse_row(row)
        self.row_dimensions.clear()
        if row.get("hidden") in ("1", "true"):
            self.hidden.append(number)
        return number, cells

    def parse_cell(self, element: Any) -> dict[str, Any]:
        formula = element.find(FORMULA_TAG)
        if formula is not None and not element.findtext(VALUE_TAG):
            cell = super().parse_cell(element)
            # A formula whose value is an empty text has the type "str".
            if cell["value"] is None and element.get("t") != "str":
                cell["value"] = Formula(f"={cleaned(formula.text or '')}")
            return cell  # type: ignore[no-any-return]
        return super().parse_cell(element)  # type: ignore[no-any-return]

    def parse_column_dimensions(self, col: Any) -> None:
        if col.get("hidden") in ("1", "true"):
            # Those behind the last column that a table may have are many, and of no interest.
            last = min(int(col.get("max")), LIMITS.columns)
            self.hidden_columns.update(range(int(col.get("min")) - 1, last))

    def parse_formatting(self, element: Any) -> None:
        """Skip conditional formatting."""

    parse_extensions = parse_custom_views = parse_legacy = parse_sheet_protection = parse_formatting
    parse_row_breaks = parse_col_breaks = parse_formatting


def _table(name: str, tab: str, part: BoundedPart, reader: ExcelReader, limits: Limits) -> Table:
    parser = _TabParser(part, reader)
    rows: list[SheetRow] = []
    errors = 0
    for seen, (number, cells) in enumerate(parser.parse(), start=1):
        errors += sum(cell["data_type"] == "e" for cell in cells)
        if seen > limits.rows_with_empty_ones:
            raise UnreadableFile(
                f"The tab “{tab}” of “{name}” has more than {limits.rows_with_empty_ones:,} rows; only"
                f" {len(rows):,} so far are not empty. Delete the empty rows below the table and upload it again."
            )
        values = _values(cells, limits)
        if values:
            rows.append(SheetRow(number, values))
            check_row(name, tab, rows, limits)
    notes = (*_notes(tab, parser, rows), *error_notes(tab, errors))
    areas = [area.bounds for area in parser.merged_cells.mergeCell] if parser.merged_cells else []
    held = sorted(n for n in parser.hidden_columns if any(not is_empty(row.cell(n)) for row in rows))
    return Table(file=name, tab=tab, rows=tuple(_with_merged(rows, areas)), notes=notes, hidden=tuple(held))


def _with_merged(rows: list[SheetRow], areas: list[tuple[int, int, int, int]]) -> list[SheetRow]:
    """Repeat the value of a merged cell in each of its rows: a group or mentor that is written once for all members.

    A cell that is merged over several columns, such as a title, stays in the first of them.
    """
    numbers = [row.number for row in rows]
    filled: dict[int, dict[int, CellValue]] = {}
    left = _MOST_MERGED
    for column, top, _, bottom in areas:
        first, behind = bisect_left(numbers, top), bisect_right(numbers, bottom)
        if bottom == top or first == behind or numbers[first] != top:
            continue
        left -= behind - first
        value = rows[first].cell(column - 1)
        if left < 0 or is_empty(value):
            continue
        for at in range(first + 1, behind):
            filled.setdefault(at, {})[column - 1] = value
    return [_with_cells(row, filled[n]) if n in filled else row for n, row in enumerate(rows)]


def _with_cells(row: SheetRow, cells: dict[int, CellValue]) -> SheetRow:
    values = list(row.cells)
    for column, value in cells.items():
        values.extend([None] * (column + 1 - len(values)))
        if is_empty(values[column]):
            values[column] = value
    return SheetRow(row.number, tuple(values))


def _values(cells: list[dict[str, Any]], limits: Limits) -> tuple[CellValue, ...]:
    """The values of a row up to the last one that is not empty. One column too many is enough to refuse the row."""
    values: list[CellValue] = []
    for cell in cells:
        value = cell["value"]
        if cell["data_type"] == "e":
            continue
        if isinstance(value, str):
            value = cleaned(value)
        elif isinstance(value, int | float) and abs(value) >= 1e15:
            value = str(value)
        if is_empty(value):
            continue
        column = min(cell["column"], limits.columns + 1) - 1
        values.extend([None] * (column + 1 - len(values)))
        values[column] = value
    return tuple(values)


def _notes(tab: str, parser: _TabParser, rows: list[SheetRow]) -> Iterator[str]:
    held = {row.number for row in rows}
    if hidden := [str(number) for number in parser.hidden if number in held]:
        yield f"{tab}: hidden rows are imported like the others: {joined(hidden, 5)}."
    if merged := [area.ref for area in parser.merged_cells.mergeCell] if parser.merged_cells else []:
        yield f"{tab}: a merged cell ({joined(merged, 5)}) counts for each of its rows."
