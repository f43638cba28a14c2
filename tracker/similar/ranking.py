"""Candidates in order of how likely they ask the same as a question.

Each word of one question is laid beside the word of the other that fits it best: the same word in any form, one that
stands for it, one spelt almost like it. What fits counts the more the rarer the words are; both questions are asked
how much of them fits, and long ones must share more.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt

from tracker.similar.profile import Profile, Term, profile
from tracker.similar.synonyms import is_known
from tracker.similar.text import Text

# From here on a candidate is worth showing.
OFFER = 0.25
# How well a word fits that stands for another one, or stands only in the detail; at least so well, spelling counts.
_STANDS_FOR = 0.8
_IN_DETAIL = 0.3
_SPELT_ALIKE = 0.5
_SHORTEST_SPELT = 5
# What two questions have in common besides their words.
_SAME_MILESTONE = 0.15
_SAME_MATERIAL = 0.05
_SAME_TROUBLE = 0.075
# Rarity is learnt from the questions at hand; so many others are imagined beside them, so that a few say little.
_IMAGINED = 50
_HOLD_COMMON, _HOLD_KNOWN, _HOLD_OTHER = 0.3, 0.02, 0.005
_LEVEL = 0.7
# How much of its own length a question is measured by; the rest is the length that is usual.
_OWN_LENGTH, _USUAL_LENGTH = 0.8, 5.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely a question asks the same, from 0 to 1."""

    id: int
    score: float


class Weights:
    """What each word weighs among some questions, and how long these usually are."""

    def __init__(self, among: Iterable[Profile] = ()) -> None:
        read = list(among)
        self._holders = Counter(term.stem for each in read for term in each.terms)
        self._everyone = len(read) + _IMAGINED + 1
        self._known: dict[str, float] = {}
        lengths = sorted(map(self.length, read))
        self._usual = lengths[len(lengths) // 2] if lengths else _USUAL_LENGTH

    def of(self, term: Term) -> float:
        """Return what a word weighs: the rarer, the more."""
        weight = self._known.get(term.stem)
        if weight is None:
            hold = _HOLD_COMMON if term.counts < 1 else _HOLD_KNOWN if is_known(term.stem) else _HOLD_OTHER
            rarity = log(self._everyone / (self._holders[term.stem] + _IMAGINED * hold + 0.5))
            weight = self._known[term.stem] = term.counts * max(rarity, 0.0) ** _LEVEL
        return weight

    def length(self, read: Profile) -> float:
        """Return how much a question says."""
        return sqrt(sum(self.of(term) ** 2 for term in read.terms))

    def measure(self, read: Profile) -> float:
        """Return by what its share is measured: a short question is not the same for one word that it shares."""
        return (_OWN_LENGTH * self.length(read) + (1 - _OWN_LENGTH) * self._usual) or 1.0


ANYWHERE = Weights()


def likeness(one: Text | Profile, other: Text | Profile, among: Weights = ANYWHERE) -> float:
    """Return how alike two questions are, from 0 to 1, the same both ways round.

    Without others to learn from, words weigh what they do in questions anywhere.
    """
    first, second = _read(one), _read(other)
    score = shared(first, second, among)
    if score:
        score += sum(
            counts
            for mine, others, counts in (
                (first.text.milestone, second.text.milestone, _SAME_MILESTONE),
                (first.text.material, second.text.material, _SAME_MATERIAL),
                (first.is_trouble, second.is_trouble, _SAME_TROUBLE),
            )
            if mine is not None and mine == others
        )
    return round(min(1.0, score), 6)


def rank(
    asked: Text | Profile, candidates: Iterable[Text | Profile], *, limit: int = 5, least: float = OFFER
) -> list[Likeness]:
    """Return the candidates that likely ask the same, best first, equals by their id.

    How telling a word is shows in the candidates themselves: what most of them hold tells little.
    """
    own = _read(asked)
    others = {other.text.id: other for other in map(_read, candidates) if other.text.id != own.text.id}
    among = Weights([own, *others.values()])
    found = [Likeness(id=pk, score=likeness(own, other, among)) for pk, other in others.items()]
    best = sorted(found, key=lambda one: (-one.score, one.id))
    return [one for one in best[:limit] if one.score >= least]


def _read(text: Text | Profile) -> Profile:
    return text if isinstance(text, Profile) else profile(text)


def shared(one: Profile, other: Profile, among: Weights) -> float:
    """Return how much of their words two questions share, from 0 to 1, whatever they are about."""
    if one.by_stem.keys() == other.by_stem.keys():
        return 1.0 if one.terms else 0.0
    # In one order whichever comes first, or the last digit would differ.
    less, more = sorted((_found_in(one, other, among), _found_in(other, one, among)))
    return min(1.0, (less + more) / 2 / (among.measure(one) * among.measure(other)))


def _found_in(one: Profile, other: Profile, among: Weights) -> float:
    """Return how much of one question stands in the other."""
    found = 0.0
    for term in one.terms:
        same = other.by_stem.get(term.stem)
        if same is not None:
            found += among.of(term) ** 2
        elif term.known_by:
            found += among.of(term) * _best_fit(term, other, among)
    return found


def _best_fit(term: Term, other: Profile, among: Weights) -> float:
    """Return how well the word that fits best does: no matter which it is, where several fit."""
    fits = [among.of(each) for key in term.fitted_by for each in other.by_key.get(key, ())]
    if fits:
        return _STANDS_FOR * max(fits)
    if term.stem in other.detail:
        return _IN_DETAIL * among.of(term)
    if len(term.stem) < _SHORTEST_SPELT:
        return 0.0
    return max(
        (
            spelt_alike(term.stem, each.stem) * among.of(each)
            for each in other.terms
            if len(each.stem) >= _SHORTEST_SPELT and each.known_by
        ),
        default=0.0,
    )


@lru_cache(maxsize=100_000)
def spelt_alike(one: str, other: str) -> float:
    """Return how alike two words are spelt, from 0 to 1, by the pieces they share; 0 where it may be chance."""
    first, second = _pieces(one), _pieces(other)
    shared = 2 * len(first & second) / (len(first) + len(second))
    return shared * shared if shared >= _SPELT_ALIKE else 0.0


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> frozenset[str]:
    framed = f" {word} "
    return frozenset(
        framed[start : start + length] for length in (2, 3, 4) for start in range(len(framed) - length + 1)
    )
