"""Reads labels above a table, with the value in the same cell or the next one: "Group: Clover"."""

import re
from collections.abc import Sequence

from sheets.reading import SheetRow
from sheets.understanding.columns import UnderstoodTable

GROUP = re.compile(r"^(group|grupo|groupe)\s*:\s*(.*)$", re.IGNORECASE)
MEETING = re.compile(r"^(meets|reune|se reune|se reunit)\s*:\s*(.*)$", re.IGNORECASE)


def rows_above(understood: UnderstoodTable) -> Sequence[SheetRow]:
    return [row for row in understood.table.rows if row.number < understood.header_row]


def labelled(understood: UnderstoodTable, label: re.Pattern[str]) -> str:
    """The value of a label: in the same cell, else in the next cell that is not empty; "" if the label is missing."""
    for row in rows_above(understood):
        texts = [row.text(n) for n in range(len(row.cells))]
        for n, text in enumerate(texts):
            if match := label.match(text):
                return match[2] or next(filter(None, texts[n + 1 :]), "")
    return ""
