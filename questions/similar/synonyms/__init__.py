"""Words that stand for each other in questions about courses and computing: a line each, "+" inside a phrase.

General English and general computing. A team's own words need not be added, since rare words speak for themselves.
Lines may share words; that makes no longer chains, as only words of one line are taken for each other.
"""

from collections.abc import Sequence

from questions.similar.synonyms.computing import DATA_AND_MODELS, PROGRAMMING, SYSTEMS
from questions.similar.synonyms.courses import COURSES, TROUBLE
from questions.similar.words import stem

LINES = tuple(
    tuple(tuple(word.split("+")) for word in line.split())
    for table in (COURSES, SYSTEMS, PROGRAMMING, DATA_AND_MODELS, TROUBLE)
    for line in table.strip().replace("\n  ", " ").splitlines()
)


def _by_stems() -> dict[str, list[tuple[tuple[str, ...], int]]]:
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for number, line in enumerate(LINES):
        for phrase in line:
            stems = tuple(map(stem, phrase))
            found.setdefault(stems[0], []).append((stems, number))
    return found


_BY_FIRST = _by_stems()


def is_known(stem_of_word: str) -> bool:
    """Whether a word begins something in the table: such a word is less rare than one that is nowhere."""
    return stem_of_word in _BY_FIRST


def lines_of(stems: Sequence[str]) -> list[set[int]]:
    """Return for each word of a text the numbers of the lines that it stands in, alone or with its neighbours."""
    found: list[set[int]] = [set() for _ in stems]
    for place, first in enumerate(stems):
        for phrase, number in _BY_FIRST.get(first, ()):
            end = place + len(phrase)
            if tuple(stems[place:end]) == phrase:
                for each in found[place:end]:
                    each.add(number)
    return found
