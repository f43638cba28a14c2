"""Cell values, escaped so that no spreadsheet reads text as a formula.

Text that begins with = + - @ or with white space that Excel skips could run as a formula when the file is opened. See
OWASP, "CSV Injection" (https://owasp.org/www-community/attacks/CSV_Injection), and ASVS 5.0, requirement 1.2.10. In
CSV such text gets a leading apostrophe, which is removed on reading. Spreadsheets of other languages part the same file
at other characters, so the apostrophe also stands before such a sign after a semicolon, comma, bar, tab or line end
inside a text. In a workbook each cell has a type, so the text does not change.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

type Value = str | bool | int | float | Decimal | date | datetime | None

# Characters that XML or a spreadsheet does not allow. Tabs and line ends inside a text stay.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# A spreadsheet reads such text as a formula, in East Asia with wide signs too; an apostrophe marks it as text.
_LIKE_A_FORMULA = re.compile(r"^[=+\-@＝＋－＠\t\r]")
_MARKED = re.compile(r"^'+[=+\-@＝＋－＠\t\r]")
# Separators of cells in any language, with quotation marks and white space around them, before such a sign. It is
# looked for
# from its first character only, which keeps the time linear.
_SEPARATORS = frozenset(";,|\t\n")
_INSIDE = re.compile(r"""(?<![;,|"\s])([;,|"\s]++)('*+[=+\-@＝＋－＠])""")
# Maximum characters of a cell in Excel. Google Sheets allows 50,000.
LONGEST = 32_767
_SHORT = 200


def plain(text: str) -> str:
    r"""Remove control characters and surrounding white space. Line ends become \n."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def escaped(text: str) -> str:
    """Add an apostrophe wherever a spreadsheet could see a formula. `unescaped` reverses it."""
    text = _INSIDE.sub(_marked, text)
    return f"'{text}" if _LIKE_A_FORMULA.match(text) or _MARKED.match(text) else text


def unescaped(text: str) -> str:
    text = _INSIDE.sub(_unmarked, text)
    return text[1:] if _MARKED.match(text) else text


def _marked(found: re.Match[str]) -> str:
    return f"{found[1]}'{found[2]}" if _SEPARATORS.intersection(found[1]) else found[0]


def _unmarked(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2].removeprefix("'")}" if _SEPARATORS.intersection(found[1]) else found[0]


def _with_marks_kept(found: re.Match[str]) -> str:
    return _marked(found) if found[2].startswith("'") else found[0]


def in_csv(value: Value) -> str:
    """Format: 2026-09-16 for days, 2026-09-16 10:00 for moments, TRUE or FALSE for booleans."""
    if isinstance(value, str):
        return _short_text(value) if len(value) <= _SHORT else escaped(plain(value))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")[:16]
    return str(value)


# Names, titles and labels recur from row to row.
@lru_cache(maxsize=512)
def _short_text(value: str) -> str:
    return escaped(plain(value))


def in_workbook(text: str) -> str:
    """Cut text to the maximum length of a cell.

    Reading removes the apostrophes of `escaped`, so where a text has one itself it gets another.
    """
    text = _INSIDE.sub(_with_marks_kept, plain(text))
    text = f"'{text}" if _MARKED.match(text) else text
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
