"""The profile of a question, made once and compared often: its words and their other forms."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from lib.markdown_pictures import without_pictures
from lib.text import folded
from questions.similar.glosses import in_english
from questions.similar.synonyms import lines_of
from questions.similar.text import Text
from questions.similar.words import COMMON, in_pairs, is_common, stem, words

# Words of the detail that count; its beginning says what it is about.
_MOST_OF_DETAIL = 80
# Characters that count of all that was said; an answer begins with what it is about.
LONGEST_SAID = 2_000
# Words in a row that may be abbreviated by their initials.
_MOST_INITIALS = 4
SHORTEST_SPELT = 5
# Words of questions about a problem; other questions ask how, when or whether.
_WRONG = frozenset(
    map(
        stem,
        (
            "error exception fail failed failure cannot couldn doesn isn didn won not unable issue problem denied "
            "refused invalid missing unknown broken crash stuck wrong unexpected warning trouble"
        ).split(),
    )
)

# Stems by what they have in common.
type Groups[Key] = dict[Key, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Profile:
    """A question prepared for comparison. Common words are in `stems` and `held` only."""

    text: Text
    stems: tuple[str, ...]
    held: frozenset[str]
    # By their line in the table of synonyms.
    lines: Groups[int]
    # By the initials of several in a row ("df"), or two written as one ("datafram").
    made: Groups[str]
    # By their first letter, if long enough to compare spellings.
    spelt: Groups[str]
    detail: frozenset[str]
    is_trouble: bool
    # All that was said, with a space around each word.
    said: str


def profile(text: Text) -> Profile:
    title = words(text.title)
    said = (text.said or in_pairs(folded(f"{text.title} {text.detail}")))[:LONGEST_SAID]
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
        detail=frozenset(map(stem, words(without_pictures(text.detail))[:_MOST_OF_DETAIL]))
        if text.detail
        else frozenset(),
        is_trouble=not _WRONG.isdisjoint(held),
        said=f" {' '.join(map(in_english, said.split()))} ",
    )


def _made(title: Sequence[str], stems: Sequence[str]) -> Groups[str]:
    """Return the initials of telling words in a row, and pairs of them written as one."""
    groups: Groups[str] = {}
    for start in range(len(title)):
        initials = ""
        for end in range(start, min(start + _MOST_INITIALS, len(title))):
            if title[end] in COMMON:
                break
            initials += title[end][0]
            if end > start:
                groups[initials] = tuple(stems[start : end + 1])
            if end == start + 1:
                groups[title[start] + stems[end]] = tuple(stems[start : end + 1])
    return groups
