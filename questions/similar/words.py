import re
from functools import lru_cache

from lib.text import folded

# Characters of a title that count, to bound time.
LONGEST = 600
# Names written together: "flowFromDirectory", "HTTPError".
_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_WORD = re.compile(r"\w+")

# Words that any question may have, including the halves of "don't" and "I'm".
COMMON = frozenset(
    (
        "a an the is are was were be been being am do does did doing done has have had having i me my mine we us our "
        "you your it its he she they them their this that these those there here of in on at to for from by with "
        "about into onto over under as if or and but not no nor so than then too very just also only own same such "
        "can could may might must shall should will would need want get got getting let try trying tried how what "
        "when where which who whom whose why whether while after before during again still any some all each every "
        "both few more most other another one use used using please hi hello thanks help question problem issue know "
        "possible way able don doesn isn aren didn cannot couldn won t s m re ve ll d"
    ).split()
)
_ENDINGS = "ations ation ments ment ings ing ions ion ors or ers er ed able ly".split()


def words(text: str) -> list[str]:
    return folded(_PARTS.sub(" ", text[:LONGEST])).split()


def folded_with_parts(text: str) -> str:
    """Return the folded words, then the parts of its names: "vectorizer" shall find "DictVectorizer"."""
    names = dict.fromkeys(word for word in _WORD.findall(text) if _PARTS.search(word))
    return folded(" ".join([text, *(_PARTS.sub(" ", name) for name in names)]) if names else text)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the stem of an English word: the same for "installed", "installing" and "installation".

    Crude on purpose: two words with the same stem are rarely asked about in one course.
    """
    if len(word) < 4 or not word.isalpha():
        return word
    word = _singular(word)
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word[: -len(ending)]
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 4 and word.endswith("y"):
        word = word[:-1] + "i"
    return word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("es") and len(word) > 4 and word[-3] in "sxzh":
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


_COMMON_STEMS = frozenset(map(stem, COMMON))


def is_common(stem_of_word: str) -> bool:
    return stem_of_word in _COMMON_STEMS
