"""Workbooks and other files as people, and people of bad will, would give them. Made here, so that no file is kept."""

import zipfile
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]


def workbook(tabs: dict[str, Rows], change: Callable[[Workbook], None] | None = None) -> bytes:
    """A workbook with these tabs; `change` may do more to it."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in tabs.items():
        tab = book.create_sheet(name)
        for row in rows:
            tab.append(list(row))
    if change:
        change(book)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(content: bytes, name: str, part: bytes | Callable[[bytes], bytes]) -> bytes:
    """The same workbook with one part added or replaced."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            if item != name:
                new.writestr(item, old.read(item))
        before = old.read(name) if name in old.namelist() else b""
        new.writestr(name, part(before) if callable(part) else part)
    return buffer.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return buffer.getvalue()


def sheet_xml(rows: bytes) -> bytes:
    """A worksheet with these rows as they stand in the file."""
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        + rows
        + b"</sheetData></worksheet>"
    )


def with_texts(texts: bytes) -> bytes:
    """A workbook whose texts stand in a part of their own, as Excel writes them."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'.encode()
    book = with_part(
        workbook({"A": [["x"]]}),
        "[Content_Types].xml",
        lambda old: old.replace(b"</Types>", override) if b"/xl/sharedStrings.xml" not in old else old,
    )
    namespace = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return with_part(book, "xl/sharedStrings.xml", b'<sst xmlns="' + namespace + b'">' + texts + b"</sst>")
