"""How much of a title stands in what was said about other questions: their titles, details and answers.

BM25 over pieces of four letters, as a share of the most that it could be. Pieces find other forms of a word in any
language, and what is spelt a little differently. Rare pieces count more; a long text counts by what it is long for.
"""

from collections.abc import Sequence

from questions.similar.profile import Profile
from questions.similar.rarity import rarity
from questions.similar.words import words

_PIECE = 4
# The constant of BM25: how soon it no longer matters how often a piece stands there.
_OFTEN = 1.2
# Besides the given texts, so many usual ones are imagined, of which one holds a piece.
_IMAGINED = 100
_USUAL_LENGTH = 500


def shares_said(asked: Profile, others: Sequence[Profile]) -> list[float]:
    """Return for each question the share of the asked title in all that was said about it, from 0 to 1."""
    texts = [other.said for other in others]
    lengths = [len(text) for text in texts]
    usual = (sum(lengths) + _IMAGINED * _USUAL_LENGTH) / (len(texts) + _IMAGINED)
    shares = [0.0] * len(texts)
    most = 0.0
    for piece in _pieces(asked.text.title):
        counts = [text.count(piece) for text in texts]
        holding = [place for place, count in enumerate(counts) if count]
        weight = rarity(len(holding) + 1, len(texts) + _IMAGINED)
        most += weight * (_OFTEN + 1)
        for place in holding:
            often = counts[place]
            shares[place] += weight * often * (_OFTEN + 1) / (often + _OFTEN * lengths[place] / usual)
    return [share / most if most else 0.0 for share in shares]


def _pieces(title: str) -> list[str]:
    framed = [f" {word} " for word in words(title)]
    pieces = (word[start : start + _PIECE] for word in framed for start in range(len(word) - _PIECE + 1))
    return list(dict.fromkeys(pieces))
