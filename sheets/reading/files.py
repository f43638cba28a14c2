"""Reads one file. The content decides what kind of file it is, never the name."""

import re
import zipfile
from io import BytesIO

from sheets.reading.limits import Limits, size_label
from sheets.reading.problems import UnreadableFile
from sheets.reading.tables import Table
from sheets.reading.text import decoded, read_csv
from sheets.reading.workbook import read_workbook

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype html|html|head|body|table|meta)\b",
    re.IGNORECASE | re.DOTALL,
)
# The name of the stream that holds an encrypted workbook, as the file spells it.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


def read_file(name: str, content: bytes, limits: Limits) -> list[Table]:
    """Return the tables of a workbook or CSV file.

    Raises:
        UnreadableFile: it is neither, is damaged, or exceeds a limit.
    """
    check_size(name, content, limits)
    if content.startswith(_ZIP):
        return read_workbook(name, content, limits)
    return [read_csv(name, text_of_file(name, content, limits), limits)]


def text_of_file(name: str, content: bytes, limits: Limits) -> str:
    """Return the text of a file that is not a workbook.

    Raises:
        UnreadableFile: it is not text, or exceeds a limit.
    """
    check_size(name, content, limits)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise UnreadableFile(
                f"“{name}” is protected by a password. Remove the password in your spreadsheet and upload it again."
            )
        raise UnreadableFile(f"“{name}” is in the old .xls format. Save it as .xlsx and upload it again.")
    if content.startswith(b"%PDF"):
        raise UnreadableFile(f"“{name}” is a PDF. Upload the workbook or CSV file that it was made from.")
    text = decoded(name, content)
    if _HTML.match(text):
        raise UnreadableFile(
            f"“{name}” is a web page, whatever its name says. Open it in your spreadsheet, save it as .xlsx and upload"
            " that."
        )
    return text


def length_of(content: bytes) -> int:
    """Return the length of a file in bytes of plain text; a workbook counts a fifth of its XML."""
    if not content.startswith(_ZIP):
        return len(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return sum(part.file_size for part in archive.infolist()) // 5
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError):
        return len(content)


def check_size(name: str, content: bytes, limits: Limits) -> None:
    if not content.strip():
        raise UnreadableFile(f"“{name}” is empty.")
    if len(content) > limits.bytes:
        raise UnreadableFile(
            f"“{name}” has {size_label(len(content))}; the limit is {size_label(limits.bytes)}. Split it, or leave out"
            " pictures and tabs that you do not need."
        )
