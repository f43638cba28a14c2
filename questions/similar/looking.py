"""The words to search the database for, to find candidates."""

from collections.abc import Iterable, Iterator

from lib.text import folded
from questions.similar.glosses import in_english
from questions.similar.synonyms import is_known
from questions.similar.text import Text
from questions.similar.words import COMMON, LONGEST, in_pairs, stem, words, written

_MOST = 16
_SHORTEST_HALF = 3


def words_to_look_for(text: Text) -> tuple[str, ...]:
    """Return at most 16 folded beginnings of words, most telling first; a search must find one of them.

    Unknown names tell more than known words, long words more than short ones; those of the detail come after those of
    the title. A word with a gloss is looked for in both languages. Synonyms are left out: measured, they found nothing
    more.
    """
    of_title = dict.fromkeys([*words(text.title), *in_pairs(folded(text.title[:LONGEST])).split()])
    telling = [*_telling(of_title), *_telling([*words(text.detail), *written(text.detail)])] or _sorted(
        of_title
    )
    return tuple(dict.fromkeys(map(_beginning, telling)))[:_MOST]


def halves(beginning: str, title: str) -> Iterator[str]:
    """Yield the halves of the words that begin so: if no title holds one, it may be misspelt, but hardly in both."""
    for word in in_pairs(folded(title)).split():
        half = len(word) // 2
        if word.startswith(beginning) and half >= _SHORTEST_HALF:
            yield from (word[:half], word[half:])


def _telling(every: Iterable[str]) -> list[str]:
    return _sorted(word for word in every if in_english(word) not in COMMON and len(word) > 1)


def _sorted(every: Iterable[str]) -> list[str]:
    return sorted(every, key=lambda word: (is_known(stem(word)), -len(word)))


def _beginning(word: str) -> str:
    # A stem may end differently from its word ("queri"): return the common beginning.
    short = stem(word)
    return short if word.startswith(short) else short[:-1]
