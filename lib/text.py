import math
import re
import unicodedata
from collections.abc import Iterable

_STOP_AFTER_MARK = re.compile(r"(?<=[?!…])\.(?=\s|$)")
_WORD = re.compile(r"[^\W_]+")
# Longer than any word. Index entries have a maximum length, input does not.
_LONGEST_WORD = 100


# Signs that change the meaning. Others, such as quotation marks and hyphens, are ignored.
_SIGNS = frozenset("#&%")
_ASCII_SIGN = re.compile(r"[#&%$+<=>|~]")
# Below this code point, the category "modifier symbol" has separate accents. From here on, it has emoji colours.
_FIRST_EMOJI = 0x1F000


def folded(text: str) -> str:
    """Return the words in lower case, without accents and punctuation, separated by one space."""
    if text.isascii():
        # Same result, much faster: ASCII letters have no accents.
        return " ".join(word[:_LONGEST_WORD] for word in _WORD.findall(text.lower()))
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
    # The Turkish "I" in lower case, which Unicode does not take apart.
    letters = letters.replace("ı", "i")
    return " ".join(word[:_LONGEST_WORD] for word in _WORD.findall(letters))


def folded_with_signs(text: str) -> str:
    """Return the folded words and the symbols, in their order: "C++" differs from "C" and from "C#"."""
    if text.isascii() and not _ASCII_SIGN.search(text):
        return folded(text)
    parts, begun = [], 0
    for at, letter in enumerate(text):
        if not letter.isalnum() and not letter.isspace() and _is_sign(letter):
            parts += [folded(text[begun:at]), letter]
            begun = at + 1
    return " ".join(filter(None, (*parts, folded(text[begun:]))))


def _is_sign(letter: str) -> bool:
    category = unicodedata.category(letter)
    return (
        letter in _SIGNS
        or category in ("Sm", "Sc", "So")
        or (category == "Sk" and ord(letter) > _FIRST_EMOJI)
    )


def ended_once(text: str) -> str:
    """Without the full stop after a title that ends in a mark of its own: "You are working on What is RAG?"."""
    return _STOP_AFTER_MARK.sub("", text)


def joined(things: Iterable[object], most: int | None = None, *, others: int = 0) -> str:
    """Return for example "Ana, Bruno and Chidi"; of more than `most`, or with `others`, "Ana, Bruno and 3 more"."""
    names = [str(thing) for thing in things]
    if most is not None and len(names) > most:
        names, others = names[:most], others + len(names) - most
    if others > 0:
        names.append(f"{others} more")
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def percent(share: float) -> str:
    """Return for example "38%" for 0.375."""
    return f"{math.floor(100 * share + 0.5)}%"


def counted(number: int, noun: str) -> str:
    """Return for example "1 day" or "2 days"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
