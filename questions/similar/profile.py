"""A question, read once and compared often: its words, and what else each of them may be known by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from questions.similar.synonyms import lines_of
from questions.similar.text import Text
from questions.similar.words import COMMON, is_common, stem, words

# Words of the detail that are read; what it is about stands at its beginning.
_MOST_OF_DETAIL = 80
# Words whose first letters, and two that written as one, may stand for them.
_MOST_INITIALS = 4
SHORTEST_SPELT = 5
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

# Stems, by what they have in common.
type Groups[Key] = dict[Key, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Profile:
    """A question as it is compared: words are known by their stems, common ones by nothing else."""

    text: Text
    stems: tuple[str, ...]
    held: frozenset[str]
    # By the line of synonyms that they stand in.
    lines: Groups[int]
    # By what several in a row make: "df", and "datafram" when written as one.
    made: Groups[str]
    # By their first letter, where they are long enough to be known in another spelling.
    spelt: Groups[str]
    detail: frozenset[str]
    is_trouble: bool


def profile(text: Text) -> Profile:
    """Read a question."""
    title = words(text.title)
    stems = [stem(word) for word in title]
    held = dict.fromkeys(stems)
    lines: dict[int, dict[str, None]] = defaultdict(dict)
    spelt: dict[str, dict[str, None]] = defaultdict(dict)
    for known, numbers in zip(stems, lines_of(stems), strict=True):
        if is_common(known):
            continue
        for number in numbers:
            lines[number][known] = None
        if len(known) >= SHORTEST_SPELT:
            spelt[known[0]][known] = None
    return Profile(
        text=text,
        stems=tuple(held),
        held=frozenset(held),
        lines={number: tuple(each) for number, each in lines.items()},
        made=_made(title, stems),
        spelt={letter: tuple(each) for letter, each in spelt.items()},
        detail=frozenset(map(stem, words(text.detail)[:_MOST_OF_DETAIL])) if text.detail else frozenset(),
        is_trouble=not _WRONG.isdisjoint(held),
    )


def _made(title: Sequence[str], stems: Sequence[str]) -> Groups[str]:
    """What telling words in a row make by their first letters, and two of them written as one."""
    found: Groups[str] = {}
    for place in range(len(title)):
        initials = ""
        for end in range(place, min(place + _MOST_INITIALS, len(title))):
            if title[end] in COMMON:
                break
            initials += title[end][0]
            if end > place:
                found[initials] = tuple(stems[place : end + 1])
            if end == place + 1:
                found[title[place] + stems[end]] = tuple(stems[place : end + 1])
    return found
