"""Reads people from a text without column names: a person a line, however they are written."""

import csv
import re
from collections.abc import Collection, Iterator

from lib.mentions import ADDRESS, addresses
from sheets.reading import Limits, SheetRow, Table, read_file
from sheets.reading.files import text_of_file
from sheets.reading.tables import text_of
from sheets.understanding.columns import understand_table
from sheets.understanding.roster import FIELDS

# "Ana <ana@…>, Bruno <bruno@…>", as e-mail programs write several people on a line.
_NEXT_PERSON = re.compile(r"(?<=>)\s*+[;,]\s*+(?=[^<>]*+<[^<>@]*+@)")


def read_people_file(name: str, content: bytes, limits: Limits, groups: Collection[str]) -> list[Table]:
    """Return the tables of a workbook or CSV file; of a text without column names, a table of its lines.

    Raises:
        UnreadableFile: see `read_file`.
    """
    tables = read_file(name, content, limits)
    first = tables[0].rows[0]
    # The words of a first row are names of columns, if not known ones, unless there is one, or an address among them.
    has_columns = sum(map(bool, first.cells)) > 1 and not any(map(ADDRESS.search, map(text_of, first.cells)))
    is_known = any(column.field for column in understand_table(tables[0], FIELDS).columns)
    if tables[0].tab or has_columns or is_known:
        return tables
    text = text_of_file(name, content, limits)
    return [table_of_lines(name, text, groups)] if ADDRESS.search(text) else tables


def table_of_lines(name: str, text: str, groups: Collection[str]) -> Table:
    """Return the people of the text as a table of names, addresses and groups, with the number of each line.

    A line is "Name <address>", or name and address in any order, separated by tab, semicolon, comma or space. A third
    column is used if it is the name of one of `groups`. Other columns are ignored.
    """
    by_name = {group.casefold(): group for group in groups}
    rows = [SheetRow(0, ("Name", "E-mail", "Group"))]
    for number, line in enumerate(text.splitlines(), start=1):
        for person in _NEXT_PERSON.split(line.strip().rstrip(";,")):
            if person.strip():
                rows.append(SheetRow(number, tuple(_cells(person.strip(), by_name))))
    return Table(file=name, tab="", rows=tuple(rows))


def _cells(text: str, groups: dict[str, str]) -> Iterator[str]:
    address = ADDRESS.search(text)
    if address is None or len(addresses(text)) > 1:
        # One message stands for the whole line.
        yield text
        return
    # A name before brackets may have a comma: "Ruivo, Ana <ana@…>".
    gap = "\t" if address[0][0] in "<([" else ""
    parts = _columns(f"{text[: address.start()]}{gap}{text[address.end() :]}")
    group = next((groups[part.casefold()] for part in parts if part.casefold() in groups), "")
    names = [part for part in parts if part.casefold() != group.casefold()]
    yield from (names[0] if names else "", address[1], group)


def _columns(text: str) -> list[str]:
    """Return the columns of a line that are not empty, without quotes."""
    separator = next((sign for sign in "\t;," if sign in text), None)
    columns = [text]
    if separator is not None:
        columns = next(csv.reader([text], delimiter=separator, skipinitialspace=True))
    return [shown for column in columns if (shown := " ".join(column.split()).strip("\"' ,;"))]
