"""Recognises rows of totals, whose labels can also be names of people."""

import re
from collections.abc import Sequence

from sheets.reading import CellValue, Formula

# Labels of totals in the name column. Soma, Suma and Media are also names of people.
_TOTAL = re.compile(
    r"(totals?|totais|sum|soma|suma|somme|averages?|mean|media|medias|moyenne|group|grupo|groupe|percent(age)?|progress"
    r"|progresso|progreso|progression)\b"
)
_OF_TOTAL = frozenset(
    "of the all in per and done completed overall students members modules module de do da dos das del la las los el du"
    " des le les l en e y et por par geral general generale alunos estudantes alumnos estudiantes etudiants percentagem"
    " porcentaje pourcentage percentual".split()
)
_NUMBER = re.compile(r"\s*\d+([.,]\d+)?\s*%?\s*")
MAY_BE_TOTAL = "This may be a row of totals or a person. If it is a person, add the e-mail address."


def may_be_total(name: str, values: Sequence[CellValue]) -> bool | None:
    """Return True for a row of totals, False if it may be totals or a person, None if it is not a row of totals.

    Args:
        name: the cell of the name column, folded.
        values: the cells of the module columns.
    """
    if not _TOTAL.match(name):
        return None
    is_total = _is_total(name)
    if is_total and all(map(_is_count, values)):
        return True
    return False if is_total or (values and _are_counts(values)) else None


def _is_total(name: str) -> bool:
    """Whether all words of a folded name belong to a total: "Total", "Average of the group", "Total 3"."""
    return all(word.isdigit() or word in _OF_TOTAL or _TOTAL.fullmatch(word) for word in name.split())


def _is_count(value: CellValue) -> bool:
    """A number, a percentage or a formula, but not a check box."""
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value))
    return isinstance(value, Formula | int | float) and not isinstance(value, bool)


def _are_counts(values: Sequence[CellValue]) -> bool:
    """Whether the values cannot be a student's marks; 1 and 0 can."""
    return all(map(_is_count, values)) and any(str(value).strip() not in ("0", "1") for value in values)
