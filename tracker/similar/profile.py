"""A question, read once and compared often: its words, by what each of them is known, and how much it counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tracker.similar.synonyms import lines_of
from tracker.similar.text import Text
from tracker.similar.words import COMMON, stem, words

# What a common word counts beside one that says something.
_COMMON_COUNTS = 0.15
# Words of the detail that are read; what it is about stands at its beginning.
_MOST_OF_DETAIL = 80
_MOST_INITIALS = 4
# Who writes one of these tells of something that goes wrong; others ask how, when, or whether.
_WRONG = frozenset(
    map(
        stem,
        (
            "error exception fail failed failure cannot couldn doesn isn didn won not unable issue problem denied "
            "refused invalid missing unknown broken crash stuck wrong unexpected warning trouble"
        ).split(),
    )
)


type Key = int | str


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question, by its stem.

    Two words may stand for each other when one is `known_by` what the other is `fitted_by`: a line of synonyms; a word
    ("=df") and what others make together ("+df": the first letters of "data frame", and those two written as one).
    """

    stem: str
    counts: float
    known_by: frozenset[Key]
    fitted_by: frozenset[Key]


@dataclass(frozen=True)
class Profile:
    """A question as it is compared."""

    text: Text
    terms: tuple[Term, ...]
    detail: frozenset[str]
    is_trouble: bool

    @cached_property
    def by_stem(self) -> dict[str, Term]:
        """The words by their stems."""
        return {term.stem: term for term in self.terms}

    @cached_property
    def by_key(self) -> dict[Key, list[Term]]:
        """The words by what else they are known by."""
        found: dict[Key, list[Term]] = {}
        for term in self.terms:
            for key in term.known_by:
                found.setdefault(key, []).append(term)
        return found


def profile(text: Text) -> Profile:
    """Read a question."""
    title = words(text.title)
    stems = [stem(word) for word in title]
    known_by: dict[str, set[Key]] = {}
    common = {known for word, known in zip(title, stems, strict=True) if word in COMMON}
    for known, keys in zip(stems, _keys(title, stems), strict=True):
        known_by.setdefault(known, set()).update(() if known in common else keys)
    detail = words(text.detail)[:_MOST_OF_DETAIL] if text.detail else []
    return Profile(
        text=text,
        terms=tuple(
            Term(
                known,
                _COMMON_COUNTS if known in common else 1.0,
                frozenset(keys),
                frozenset(map(_fitting, keys)),
            )
            for known, keys in known_by.items()
        ),
        detail=frozenset(stem(word) for word in detail if word not in COMMON),
        is_trouble=not _WRONG.isdisjoint(stems),
    )


def _keys(title: Sequence[str], stems: Sequence[str]) -> list[set[Key]]:
    """By what each word of a title is known besides its stem."""
    found: list[set[Key]] = [{*lines, f"={word}", f"={known}"} for lines, word, known in _read(title, stems)]
    for place in range(len(title)):
        for end in range(place + 2, min(place + _MOST_INITIALS, len(title)) + 1):
            run = title[place:end]
            if not COMMON.isdisjoint(run):
                break
            made = {"+" + "".join(word[0] for word in run)}
            if len(run) == 2:
                made.add("+" + stem("".join(run)))
            for keys in found[place:end]:
                keys |= made
    return found


def _read(title: Sequence[str], stems: Sequence[str]) -> Iterable[tuple[set[int], str, str]]:
    return zip(lines_of(stems), title, stems, strict=True)


def _fitting(key: Key) -> Key:
    if isinstance(key, int):
        return key
    return ("+" if key[0] == "=" else "=") + key[1:]
