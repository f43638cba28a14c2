"""Rows of totals, which have words of their own in place of a name, some of which are names too."""

import re
from collections.abc import Sequence

from sheets.reading import CellValue, Formula

# What stands in place of a name beside sums. Some of the words are names too: Soma, Suma, Media.
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
MAY_BE_TOTAL = (
    "It may be a row of totals, or somebody called so. Write the address beside the name of a person."
)


def may_be_total(name: str, values: Sequence[CellValue]) -> bool | None:
    """Say whether a row is one of totals; False where it may be one or a person, None where it is none.

    Args:
        name: what stands in place of a name, folded.
        values: what stands in the columns of modules.
    """
    if not _TOTAL.match(name):
        return None
    is_total = _is_total(name)
    if is_total and all(map(_is_count, values)):
        return True
    return False if is_total or (values and _are_counts(values)) else None


def _is_total(name: str) -> bool:
    """Whether all words of a folded name are those of a total: "Total", "Average of the group", "Total 3"."""
    return all(word.isdigit() or word in _OF_TOTAL or _TOTAL.fullmatch(word) for word in name.split())


def _is_count(value: CellValue) -> bool:
    """A number, a percentage or a formula, and no check box."""
    if isinstance(value, str):
        return bool(_NUMBER.fullmatch(value))
    return isinstance(value, Formula | int | float) and not isinstance(value, bool)


def _are_counts(values: Sequence[CellValue]) -> bool:
    """Whether they cannot be the marks of a student: 1 and 0 can, beside a name."""
    return all(map(_is_count, values)) and any(str(value).strip() not in ("0", "1") for value in values)
