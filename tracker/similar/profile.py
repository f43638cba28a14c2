"""What a question is compared by: its stems, and the pieces of its words."""

from collections import defaultdict
from dataclasses import dataclass
from math import log, sqrt

from tracker.similar.text import Text
from tracker.similar.words import COMMON, stem, words

__all__ = ["Profile", "Text", "profile"]

_SHORTEST_PIECE, _LONGEST_PIECE = 3, 5
# What a common word counts beside one that says something.
_COMMON_COUNTS = 0.15

Weights = dict[str, float]


@dataclass(frozen=True)
class Profile:
    """A text, read once and compared often."""

    text: Text
    stems: Weights
    pieces: Weights


def profile(text: Text) -> Profile:
    """Read a question."""
    stems: Weights = defaultdict(float)
    pieces: Weights = defaultdict(float)
    for word in words(text.title):
        counts = _COMMON_COUNTS if word in COMMON else 1.0
        stems[stem(word)] += counts
        framed = f" {word} "
        for length in range(_SHORTEST_PIECE, _LONGEST_PIECE + 1):
            for start in range(len(framed) - length + 1):
                pieces[framed[start : start + length]] += counts
    return Profile(text, _levelled(stems), _levelled(pieces))


def _levelled(weights: Weights) -> Weights:
    # The second time a word stands there says less than the first.
    return {key: weight if weight <= 1 else 1 + log(weight) for key, weight in weights.items()}


def cosine(one: Weights, other: Weights) -> float:
    if len(other) < len(one):
        one, other = other, one
    shared = sum(weight * other[key] for key, weight in sorted(one.items()) if key in other)
    return min(1.0, shared / (length_of(one) * length_of(other))) if shared else 0.0


def length_of(weights: Weights) -> float:
    return sqrt(sum(weight * weight for weight in weights.values()))
