"""Tabs that are there for reading alone: what is in them is recorded in Trefoil, or stands in another tab."""

from collections.abc import Iterable, Mapping

from lib.text import folded
from sheets.reading import Table

_HEADERS_WITHIN = 10
_KNOWN_BY = {
    "selected modules, which are the columns of the tracker,": ("Module", "Selected"),
    "check-ins": ("Week of", "Outcome", "Attendance"),
    "agreed steps": ("Step", "State", "Agreed on"),
    "code reviews": ("Author", "Reviewer", "URL"),
    "questions of a CSV file, which workbooks have in full,": ("Asked on", "Name hidden", "Times asked"),
}


def exported_kind(table: Table) -> str:
    """Return what a tab holds that is not imported, such as check-ins; "" for all other tabs."""
    return kind_by_headers(table, _KNOWN_BY) or ""


def kind_by_headers[Kind: str](table: Table, known_by: Mapping[Kind, Iterable[str]]) -> Kind | None:
    """The first kind of which a row near the top has all headers."""
    for row in table.rows[:_HEADERS_WITHIN]:
        held = {folded(row.text(n)[:60]) for n in range(len(row.cells))}
        for kind, headers in known_by.items():
            if held.issuperset(map(folded, headers)):
                return kind
    return None
