"""The words of a file that waits to be confirmed, for finding out whether it names somebody."""

import html
import io
import re
import zipfile
import zlib

from sheets.reading.limits import LIMITS
from sheets.reading.problems import UnreadableFile
from sheets.reading.text import decoded

# Parts of one cell, which may be printed differently, are one text.
_END = re.compile(r"</(?!r>|t>|rPr>)[^<>]*>")
_TAG = re.compile(r"<[^<>]*>")


def words_of_file(content: bytes) -> str:
    """Return all text of a file, of a workbook with its properties; "" of one that would not be read at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LIMITS.unpacked_bytes:
                return ""
            return "\n".join(_words(parts.read(name)) for name in parts.namelist())
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError):
        pass
    try:
        return decoded("", content)
    except UnreadableFile:
        return ""


def _words(part: bytes) -> str:
    return html.unescape(_TAG.sub("", _END.sub("\n", part.decode(errors="replace"))))
