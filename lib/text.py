"""Text as it is compared: case, accents and punctuation do not matter."""

import re
import unicodedata

_WORD = re.compile(r"[^\W_]+")
# Longer than any word; an index entry has a limit, and what is typed has none.
_LONGEST_WORD = 100


def folded(text: str) -> str:
    """Return the words of a text in lower case, without accents, one space between them, nothing else."""
    if text.isascii():
        # The same, many times as fast: no letter of ASCII has an accent.
        return " ".join(word[:_LONGEST_WORD] for word in _WORD.findall(text.lower()))
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
    return " ".join(word[:_LONGEST_WORD] for word in _WORD.findall(letters))
