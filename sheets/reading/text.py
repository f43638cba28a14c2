"""Reads CSV with any common separator and encoding, with Python's own csv module.

tablib uses that module too, but drops empty lines, and line numbers would be lost.
"""

import codecs
import csv
import io
from collections import Counter

from sheets.reading.limits import Limits
from sheets.reading.problems import UnreadableFile
from sheets.reading.tables import ERRORS, SheetRow, Table, cleaned, error_notes

_SEPARATORS = (",", ";", "\t", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LOOKED_AT = 50
_LONGEST_CELL = 1_000_000


def decoded(name: str, content: bytes) -> str:
    """Decode by byte order mark (UTF-8, UTF-16), else as UTF-8, else as cp1252, which Excel writes.

    Raises:
        UnreadableFile: it is not text.
    """
    encoding = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    odd = sum(1 for letter in text[:10_000] if letter < " " and letter not in "\t\r\n\f\v")
    if "\0" in text or odd > len(text[:10_000]) // 50:
        raise UnreadableFile(f"“{name}” is neither a workbook (.xlsx) nor text (.csv), or it is damaged.")
    return text


def read_csv(name: str, text: str, limits: Limits) -> Table:
    """Return the rows that are not empty, each with the number of the line it begins in.

    Raises:
        UnreadableFile: it exceeds a limit, or a quotation never ends.
    """
    separator = separator_of(text)
    before = csv.field_size_limit(_LONGEST_CELL)
    rows: list[SheetRow] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    line, errors = 1, 0
    try:
        for cells in reader:
            wrong = sum(cell in ERRORS for cell in cells)
            if sum(map(bool, map(str.strip, cells))) > wrong:
                rows.append(SheetRow(line, tuple(_value(cell) for cell in cells)))
                check_row(name, "", rows, limits)
            line, errors = reader.line_num + 1, errors + wrong
    except csv.Error as error:
        raise UnreadableFile(
            f"“{name}” cannot be read from line {line} on ({error}). A quotation mark may be missing there."
        ) from error
    finally:
        csv.field_size_limit(before)
    if not rows:
        raise UnreadableFile(f"“{name}” is empty.")
    return Table(file=name, tab="", rows=tuple(rows), notes=error_notes(name, errors))


def _value(cell: str) -> str | None:
    return cleaned(cell) if cell.strip() and cell not in ERRORS else None


def check_row(name: str, tab: str, rows: list[SheetRow], limits: Limits) -> None:
    where = f"The tab “{tab}” of “{name}”" if tab else f"“{name}”"
    if len(rows) > limits.rows:
        raise UnreadableFile(
            f"{where} has more than {limits.rows:,} rows. Split it into files of at most {limits.rows:,} rows."
        )
    if len(rows[-1].cells) > limits.columns:
        raise UnreadableFile(
            f"{where} has more than {limits.columns} columns in row {rows[-1].number}. Delete the columns that are not"
            " needed."
        )


def separator_of(text: str) -> str:
    """Return the separator that splits the first lines into rows of equal width; the widest wins a tie."""
    lines = text.lstrip().splitlines()[:_LOOKED_AT]
    # The last of these lines may end in the middle of a quotation.
    scores = {separator: _score(lines, separator) for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: scores[separator])


def _score(lines: list[str], separator: str) -> tuple[float, int]:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if row)
    except csv.Error:
        return (0.0, 0)
    width, count = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
    return (0.0, 0) if width < 2 else (count / max(widths.total(), 1), width)
