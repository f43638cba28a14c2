"""Candidates in order of how likely they ask the same as a question."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from tracker.similar.profile import Profile, Weights, cosine, profile
from tracker.similar.text import Text

# From here on a candidate is worth showing.
OFFER = 0.15
_SAME_MILESTONE = 0.05


@dataclass(frozen=True)
class Likeness:
    """How likely a question asks the same, from 0 to 1."""

    id: int
    score: float


def likeness(one: Text | Profile, other: Text | Profile) -> float:
    """Return how alike two questions are, from 0 to 1, the same both ways round, whatever else is asked."""
    first, second = _read(one), _read(other)
    return (cosine(first.stems, second.stems) + cosine(first.pieces, second.pieces)) / 2


def rank(
    asked: Text | Profile, candidates: Iterable[Text | Profile], *, limit: int = 5, least: float = OFFER
) -> list[Likeness]:
    """Return the candidates that likely ask the same, best first, equals by their id.

    How telling a word is shows in the candidates themselves: what most of them hold tells little.
    """
    own = _read(asked)
    others = {other.text.id: other for other in map(_read, candidates) if other.text.id != own.text.id}
    everyone = [own, *others.values()]
    stems = _rarity([each.stems for each in everyone])
    pieces = _rarity([each.pieces for each in everyone])
    own_stems, own_pieces = _weighed(own.stems, stems), _weighed(own.pieces, pieces)
    found = [
        Likeness(
            id=other.text.id,
            score=round(
                min(
                    1.0,
                    (
                        cosine(own_stems, _weighed(other.stems, stems))
                        + cosine(own_pieces, _weighed(other.pieces, pieces))
                    )
                    / 2
                    + (_SAME_MILESTONE if _is_near(own.text, other.text) else 0),
                ),
                6,
            ),
        )
        for other in others.values()
    ]
    best = sorted(found, key=lambda one: (-one.score, one.id))
    return [one for one in best[:limit] if one.score >= least]


def _read(text: Text | Profile) -> Profile:
    return text if isinstance(text, Profile) else profile(text)


def _is_near(one: Text, other: Text) -> bool:
    return one.milestone is not None and one.milestone == other.milestone


def _rarity(all_weights: list[Weights]) -> Weights:
    holders = Counter(key for weights in all_weights for key in weights)
    return {key: log((len(all_weights) + 1) / (number + 0.5)) for key, number in holders.items()}


def _weighed(weights: Weights, rarity: Weights) -> Weights:
    return {key: weight * rarity[key] for key, weight in weights.items()}
