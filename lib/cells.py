"""Values of cells, escaped so that no spreadsheet takes a text for a formula.

A text that begins with = + - @ or white space that Excel skips could run as a formula when the file is opened: see
OWASP, "CSV Injection" (https://owasp.org/www-community/attacks/CSV_Injection), and ASVS 5.0, requirement 1.2.10. In CSV
such a text gets an apostrophe in front, which reading removes. In a workbook each cell has a type, so the text stays
as it is.
"""

import re
from datetime import date, datetime
from decimal import Decimal

type Value = str | bool | int | float | Decimal | date | datetime | None

# What XML cannot hold or a spreadsheet refuses; tabs and ends of lines inside of a text stay.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet takes such a text for a formula. When it is written, an apostrophe marks it as text.
_LIKE_A_FORMULA = re.compile(r"^[=+\-@\t\r]")
_MARKED = re.compile(r"^'+[=+\-@\t\r]")
# Characters of a cell, in Excel as in Google Sheets short of 50,000.
LONGEST = 32_767


def plain(text: str) -> str:
    """The text without control characters and surrounding white space; line ends are \\n."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def escaped(text: str) -> str:
    """Text for a cell that no spreadsheet takes for a formula; `unescaped` reverses it."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) or _MARKED.match(text) else text


def unescaped(text: str) -> str:
    """Text of a cell without the apostrophe that marked it as text."""
    return text[1:] if _MARKED.match(text) else text


def in_csv(value: Value) -> str:
    """The value for CSV: days and moments as 2026-09-16 and 2026-09-16 10:00, yes or no as TRUE or FALSE."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, str):
        return escaped(plain(value))
    return str(value)


def in_workbook(text: str) -> str:
    """The text for a cell of a workbook, cut to its maximum length.

    Reading removes a leading apostrophe, so a text that starts with one gets another.
    """
    text = plain(text)
    text = escaped(text) if text.startswith("'") else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
