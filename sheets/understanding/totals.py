"""Recognises rows of totals, whose labels can also be names of people."""

import re
from collections.abc import Iterable

from lib.text import folded
from sheets.reading import CellValue, Formula, SheetRow
from sheets.reading.tables import is_empty

# Labels of totals in the name column. Soma, Suma and Media are also names of people.
_TOTAL = re.compile(
    r"((?:sub)?totals?|soma|suma|somme|summe|gesamt|average|media|moyenne|durchschnitt|group|grupo|groupe|gruppe|progress)\b"
)
# In a column of groups these are groups: "Grupo 1".
_OF_GROUPS = re.compile(r"(group|grupo|groupe|gruppe)\b")
_OF_TOTAL = frozenset("of the all done students de do da del des der alunos alumnos".split())
# "5", "53 %", "3/4".
_NUMBER = re.compile(r"\s*\d+([.,]\d+)?\s*(%|/\s*\d+)?\s*")


def is_total(name: str, values: Iterable[CellValue]) -> bool:
    """Whether all words of a folded name are those of a total ("Average of the group"), and all values are counts."""
    is_label = all(word.isdigit() or word in _OF_TOTAL or _TOTAL.fullmatch(word) for word in name.split())
    return bool(_TOTAL.match(name)) and is_label and all(map(is_count, values))


def is_total_row(row: SheetRow) -> bool:
    """Whether a row begins with the label of a total, in whichever column, and has nothing but counts beside it."""
    label, *values = [cell for cell in row.cells if not is_empty(cell)] or [None]
    name = folded(label) if isinstance(label, str) else ""
    return not _OF_GROUPS.match(name) and is_total(name, values)


def is_count(value: CellValue) -> bool:
    """A number, a percentage, a fraction or a formula, but not a check box."""
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value))
    return isinstance(value, Formula | int | float) and not isinstance(value, bool)
