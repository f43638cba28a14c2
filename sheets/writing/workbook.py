"""Writes tabs of rows as a workbook, row by row with openpyxl."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lib.cells import Value, in_workbook

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BOLD = Font(bold=True)


@dataclass(frozen=True, slots=True)
class PercentFormula:
    """A formula of our own, shown as a percentage. It must not contain anything that a person typed."""

    formula: str


@dataclass(frozen=True, slots=True)
class WorkbookTab:
    """A tab of a workbook. The first `header_rows` rows are bold and stay in view when scrolling."""

    title: str
    rows: Sequence[Sequence[Value | PercentFormula]]
    header_rows: int = 1
    widths: Sequence[int] = ()


def workbook(tabs: Iterable[WorkbookTab]) -> bytes:
    book = Workbook(write_only=True)
    for tab in tabs:
        sheet = book.create_sheet(tab.title)
        sheet.freeze_panes = f"A{tab.header_rows + 1}"
        for number, width in enumerate(tab.widths, start=1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        for number, row in enumerate(tab.rows, start=1):
            sheet.append([_cell(sheet, value, is_header=number <= tab.header_rows) for value in row])
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Value | PercentFormula, *, is_header: bool) -> Any:
    if isinstance(value, PercentFormula):
        cell = WriteOnlyCell(sheet, value.formula)
        cell.number_format = "0%"
        return cell
    if not isinstance(value, str):
        return value
    text = in_workbook(value)
    if not text:
        return None
    cell = WriteOnlyCell(sheet, text)
    # openpyxl would guess a formula or an error from the first characters. This keeps it text, also when edited.
    cell.data_type = "s"
    cell.quotePrefix = text[0] in "=+-@"
    if is_header:
        cell.font = _BOLD
    return cell
