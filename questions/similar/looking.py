"""What the search of the database should look for, so that those that ask the same are among what it finds."""

from lib.text import folded
from questions.similar.synonyms import is_known
from questions.similar.text import Text
from questions.similar.words import COMMON, LONGEST, stem, words

_MOST = 16


def words_to_look_for(text: Text) -> tuple[str, ...]:
    """Return the folded beginnings of words of which a search must find one, the most telling first; at most 16.

    What everybody knows tells less than a name that nobody knows, and a long word more than a short one. Words for the
    same thing are not looked for: measured, they brought in nothing that the words themselves had not.
    """
    every = dict.fromkeys([*words(text.title), *folded(text.title[:LONGEST]).split()])
    telling = [word for word in every if word not in COMMON and len(word) > 1] or list(every)
    telling.sort(key=lambda word: (is_known(stem(word)), -len(word)))
    return tuple(dict.fromkeys(map(_beginning, telling)))[:_MOST]


def _beginning(word: str) -> str:
    # A stem may end otherwise than its word does ("queri"): a search for beginnings needs what stands in both.
    short = stem(word)
    return short if word.startswith(short) else short[:-1]
