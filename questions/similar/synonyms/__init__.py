"""Synonyms in questions about courses and computing: one group a line, "+" inside a phrase.

General English and general computing. A team's own terms need no entry, since rare words count much anyway. Only words
of one line are synonyms: lines that share a word are not joined.
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
    phrases: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for number, line in enumerate(LINES):
        for phrase in line:
            stems = tuple(map(stem, phrase))
            phrases.setdefault(stems[0], []).append((stems, number))
    return phrases


_BY_FIRST = _by_stems()


def is_known(stem_of_word: str) -> bool:
    return stem_of_word in _BY_FIRST


def lines_of(stems: Sequence[str]) -> list[set[int]]:
    """Return, for each word of a text, the numbers of its lines in the table, alone or as part of a phrase."""
    numbers: list[set[int]] = [set() for _ in stems]
    for start, first in enumerate(stems):
        for phrase, number in _BY_FIRST.get(first, ()):
            end = start + len(phrase)
            if tuple(stems[start:end]) == phrase:
                for each in numbers[start:end]:
                    each.add(number)
    return numbers
