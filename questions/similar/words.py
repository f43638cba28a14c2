import re
import unicodedata
from functools import lru_cache

from lib.text import folded
from questions.similar.glosses import in_english

# Characters of a title that count, to bound time.
LONGEST = 600
# Names written together: "flowFromDirectory", "HTTPError".
_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")

_WORD = re.compile(r"\w+")
# Letters of scripts that put no space between words (Thai, Lao, Burmese, Khmer, kana, Chinese characters), and those of
# Korean, which puts endings on its words.
_UNSPACED = re.compile(
    "[\u1100-\u11ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)

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
    return list(map(in_english, written(text)))


def written(text: str) -> list[str]:
    """Return the words as they are written, in whatever language."""
    return in_pairs(folded(_PARTS.sub(" ", text[:LONGEST]))).split()


def folded_with_parts(text: str) -> str:
    """Return the folded words, then the parts of its names: "vectorizer" shall find "DictVectorizer"."""
    names = dict.fromkeys(word for word in _WORD.findall(text) if _PARTS.search(word))
    return in_pairs(folded(" ".join([text, *(_PARTS.sub(" ", name) for name in names)]) if names else text))


def in_pairs(folded_text: str) -> str:
    """Write what has no spaces as pairs of neighbouring letters: "安装环境" as "安装 装环 环境".

    Search engines do the same where they know no words (CJKBigramFilter of Lucene). The spaces stay single.
    """
    if folded_text.isascii() or not _UNSPACED.search(folded_text):
        return folded_text
    return " ".join(filter(None, _UNSPACED.sub(_pairs, folded_text).split(" ")))


def _pairs(run: re.Match[str]) -> str:
    # The letters of Korean, which were taken apart to be folded, as syllables again.
    letters = unicodedata.normalize("NFC", run[0])
    pairs = [letters[start : start + 2] for start in range(len(letters) - 1)] or [letters]
    return f" {' '.join(pairs)} "


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
