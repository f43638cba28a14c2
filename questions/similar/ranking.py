"""Rank candidates by how likely they ask the same as a question.

Titles: each word of one question is matched with the best fitting word of the other: the same word in any form, a
synonym, or one spelt almost alike. Rare words count more. Fits are added up from both sides, and long questions must
share more. All that was said (`questions.similar.said`): the share of the asked title that stands in it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, sqrt

from questions.similar.profile import SHORTEST_SPELT, Profile, profile
from questions.similar.rarity import rarity
from questions.similar.said import shares_said
from questions.similar.synonyms import is_known
from questions.similar.text import Text, with_error_in_title
from questions.similar.words import is_common

# The least score of a candidate that is shown, and of one that stops a question from being sent.
OFFER = 0.26
STOP = 0.6
# How well a synonym fits, and a word of the detail; the least fit of spellings.
_STANDS_FOR = 0.8
_IN_DETAIL = 0.3
_SPELT_ALIKE = 0.5
# The weight of all other words beside the title.
_SAID = 1.5
# Hints besides the words; each counts as a share of what is missing to 1.
_SAME_MILESTONE = 0.05
_SAME_MATERIAL = 0.05
_SAME_TROUBLE = 0.075
# Rarity is learnt from the given questions plus this many imagined ones, so that a few questions say little.
IMAGINED = 100
HOLD_COMMON, HOLD_KNOWN, HOLD_OTHER = 0.3, 0.02, 0.005
_LEVEL = 0.7
# The weight factor of a common word.
_COMMON_COUNTS = 0.15
# Cached weights, to bound memory.
_MOST_KEPT = 100_000
# A question is measured by this share of its own length; the rest is the usual length.
_OWN_LENGTH, _USUAL_LENGTH = 0.8, 5.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """The likelihood that a question asks the same, from 0 to 1."""

    id: int
    score: float


class Weights:
    """Word weights among some questions, and their usual length."""

    def __init__(self, among: Iterable[Profile] = ()) -> None:
        self._questions = list(among)
        self._holders = Counter(known for each in self._questions for known in each.stems)
        self._weights: dict[str, float] = {}
        lengths = [self.length(each) for each in self._questions]
        self._usual = sorted(lengths)[len(lengths) // 2] if lengths else _USUAL_LENGTH
        # Keyed by identity: `_questions` keeps them alive, so that no id is reused.
        self._lengths = {id(each): length for each, length in zip(self._questions, lengths, strict=True)}

    def of(self, known: str) -> float:
        weight = self._weights.get(known)
        if weight is None:
            if len(self._weights) >= _MOST_KEPT:
                self._weights.clear()
            hold = HOLD_COMMON if is_common(known) else HOLD_KNOWN if is_known(known) else HOLD_OTHER
            holders = self._holders[known] + IMAGINED * hold
            rare = rarity(holders, len(self._questions) + IMAGINED)
            weight = (_COMMON_COUNTS if is_common(known) else 1.0) * rare**_LEVEL
            self._weights[known] = weight
        return weight

    def length(self, read: Profile) -> float:
        return sqrt(fsum(self.of(known) ** 2 for known in read.stems))

    def measure(self, read: Profile) -> float:
        """Return the length that shares are divided by: one shared word must not make a short question the same."""
        length = self._lengths.get(id(read)) or self.length(read)
        return (_OWN_LENGTH * length + (1 - _OWN_LENGTH) * self._usual) or 1.0


ANYWHERE = Weights()


def likeness(one: Text | Profile, other: Text | Profile, among: Weights = ANYWHERE) -> float:
    """Return the symmetric likeness of two titles, from 0 to 1.

    Args:
        among: word weights; by default those of questions in general.
    """
    first, second = _read(one), _read(other)
    score = shared(first, second, among)
    if not score:
        return 0.0
    hints = sum(
        counts
        for mine, others, counts in (
            (first.text.milestone, second.text.milestone, _SAME_MILESTONE),
            (first.text.material, second.text.material, _SAME_MATERIAL),
            (first.is_trouble, second.is_trouble, _SAME_TROUBLE),
        )
        if mine is not None and mine == others
    )
    return round(score + hints * (1 - score), 6)


def rank(
    asked: Text | Profile, candidates: Iterable[Text | Profile], *, limit: int = 3, least: float = OFFER
) -> list[Likeness]:
    """Return the candidates that probably ask the same, best first, then by id.

    Word weights are learnt from the candidates: a word that most of them have tells little. A word of no candidate
    changes nothing (little, if one of the title is read as English), unless `least` is above `OFFER`: what is more than
    worth a look holds most of what is asked. For an offer, an error in the detail may count as in the title.
    """
    own = _read(asked)
    others = {other.text.id: other for other in map(_read, candidates) if other.text.id != own.text.id}
    ways = [own]
    if least <= OFFER and (with_error := with_error_in_title(own.text)) != own.text:
        ways.append(profile(with_error))
    scores = dict.fromkeys(others, 0.0)
    for way in ways:
        among = Weights([way, *others.values()])
        said = shares_said(way, list(others.values()), of_all=least > OFFER)
        for (pk, other), share in zip(others.items(), said, strict=True):
            score = _score(likeness(way, other, among), share, is_same_title=way.held == other.held)
            scores[pk] = max(scores[pk], score)
    best = sorted(scores, key=lambda pk: (-scores[pk], pk))[:limit]
    return [Likeness(pk, scores[pk]) for pk in best if scores[pk] >= least]


def _score(titles: float, said: float, *, is_same_title: bool) -> float:
    score = (titles + _SAID * said) / (1 + _SAID)
    # A long answer makes the same title no less the same.
    return round(max(score, titles) if is_same_title else score, 6)


def _read(text: Text | Profile) -> Profile:
    return text if isinstance(text, Profile) else profile(text)


def shared(one: Profile, other: Profile, among: Weights) -> float:
    """Return the share of words that two questions have in common, from 0 to 1, without hints."""
    if one.held == other.held:
        return 1.0 if one.held else 0.0
    # fsum gives the same result in any order.
    both = fsum([*_fits(one, other, among), *_fits(other, one, among)]) / 2
    return min(1.0, both / (among.measure(one) * among.measure(other)))


def _fits(one: Profile, other: Profile, among: Weights) -> Iterator[float]:
    """Yield, for each word, its weight times that of the best fitting word of the other question."""
    synonyms = _synonym_weights(one, other, among)
    for known in one.stems:
        if known in other.held:
            yield among.of(known) ** 2
        elif known in synonyms:
            yield _STANDS_FOR * synonyms[known] * among.of(known)
        elif is_common(known):
            continue
        elif known in other.detail:
            yield _IN_DETAIL * among.of(known) ** 2
        elif known[0] in other.spelt and len(known) >= SHORTEST_SPELT:
            alike = max(spelt_alike(known, each) * among.of(each) for each in other.spelt[known[0]])
            yield alike * among.of(known)


def _synonym_weights(one: Profile, other: Profile, among: Weights) -> dict[str, float]:
    """Return the words of a question that have synonyms in the other one, with the highest weight of these."""
    pairs = [(one.lines[line], other.lines[line]) for line in one.lines.keys() & other.lines.keys()]
    pairs += [(one.made[made], (made,)) for made in one.made.keys() & other.held]
    pairs += [((made,), other.made[made]) for made in other.made.keys() & one.held]
    weights: dict[str, float] = {}
    for mine, others in pairs:
        heaviest = max(map(among.of, others))
        for known in mine:
            weights[known] = max(heaviest, weights.get(known, 0.0))
    return weights


@lru_cache(maxsize=100_000)
def spelt_alike(one: str, other: str) -> float:
    """Return how alike two words are spelt, from 0 to 1, by the pieces they share; 0 if it may be chance."""
    first, second = _pieces(one), _pieces(other)
    shared = 2 * len(first & second) / (len(first) + len(second))
    return shared * shared if shared >= _SPELT_ALIKE else 0.0


@lru_cache(maxsize=20_000)
def _pieces(word: str) -> frozenset[str]:
    framed = f" {word} "
    return frozenset(
        framed[start : start + length] for length in (2, 3, 4) for start in range(len(framed) - length + 1)
    )
