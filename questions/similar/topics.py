"""Topics: questions that ask the same, gathered one by one, so that a topic stays stable as questions join.

Two questions are compared by their titles, and by what was said about them, which counts twice: the cosine of the
weighed stems of their titles, details and answers, and of pairs of these that stand side by side. If one has nothing
but a title, the titles must be much more alike.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, filterfalse
from math import fsum, log, sqrt, sumprod

from questions.similar.profile import Profile
from questions.similar.ranking import HOLD_COMMON, HOLD_KNOWN, HOLD_OTHER, IMAGINED, Weights, likeness
from questions.similar.rarity import rarity
from questions.similar.synonyms import is_known
from questions.similar.words import COMMON, folded_with_parts, is_common, stem

# The least fit of a question that joins a topic. From `MAYBE` on people are asked, the likest pairs first, whether two
# questions ask the same: below it, none of the measured answers was a yes.
SAME = 0.35
MAYBE = 0.18
# The weight of other words beside the titles, and of the titles' likeness where there are no other words.
_SAID = 2
_TITLES_ALONE = 0.45
# Words that make a pair stand at most so far apart; the same phrase is often said in both.
_SIDE_BY_SIDE = (1, 2)


@dataclass(frozen=True, slots=True)
class Compared:
    """A question prepared for comparison.

    `said` has the weights of all that was said about it, by stems and pairs, and `length` is that of this vector; empty
    if that is only its title.
    """

    title: Profile
    said: dict[str, float]
    length: float = 1.0


class Comparison:
    """Compares the questions of a course; weights of words are learnt from some of them.

    Some thousand questions are enough.
    """

    def __init__(self, among: Iterable[Profile] = ()) -> None:
        titles = list(among)
        self._titles = Weights(titles)
        number = len(titles) + IMAGINED
        holders = Counter(known for read in titles for known in _stems_and_pairs(read))
        # A pair that one question holds is as rare as one that none holds; most are, and need not be kept.
        self._rarities = {
            known: rarity(held + IMAGINED * _hold(known), number)
            for known, held in holders.items()
            if held > 1 or " " not in known
        }
        self._rarest = rarity(1 + IMAGINED * HOLD_OTHER, number)

    def prepare(self, read: Profile) -> Compared:
        if len(read.said.split()) <= len(folded_with_parts(read.text.title).split()):
            return Compared(read, {})
        rarities, rarest = self._rarities, self._rarest
        weights = {
            known: rarities.get(known, rarest) * (1 + log(often) if often > 1 else 1)
            for known, often in _stems_and_pairs(read).items()
        }
        return Compared(read, weights, sqrt(sumprod(weights.values(), weights.values())) or 1.0)

    def likeness(self, one: Compared, other: Compared) -> float:
        """Return how alike two questions are, the same both ways round, from 0 to 1."""
        titles = likeness(one.title, other.title, self._titles)
        if not one.said or not other.said:
            return round(_TITLES_ALONE * titles, 6)
        # fsum gives the same result in any order.
        both = fsum(one.said[known] * other.said[known] for known in one.said.keys() & other.said.keys())
        together = (titles + _SAID * both / (one.length * other.length)) / (1 + _SAID)
        # Answers that differ make two titles no less alike than if nothing was said.
        return round(max(together, _TITLES_ALONE * titles), 6)


def _hold(known: str) -> float:
    return HOLD_COMMON if is_common(known) else HOLD_KNOWN if is_known(known) else HOLD_OTHER


def _stems_and_pairs(read: Profile) -> Counter[str]:
    stems = list(map(stem, filterfalse(COMMON.__contains__, read.said.split())))
    pairs = (map(" ".join, zip(stems, stems[apart:], strict=False)) for apart in _SIDE_BY_SIDE)
    return Counter(chain(stems, *pairs))
