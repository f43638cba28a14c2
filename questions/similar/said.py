"""The share of a question's words in the titles, details and answers of others.

BM25 over pieces of four letters, as a share of the most that it could be. Pieces find other forms of a word in any
language, and what is spelt a little differently. Rare pieces count more; a long text counts by what it is long for.
A piece that none of the texts holds need not count: who asks in another language shares names and figures with them
only. It counts a little if a word of the title is read as English, since more than names can be shared then. The detail
counts half: it holds the error below a vague title.
"""

from collections.abc import Iterator, Sequence

from questions.similar.profile import Profile
from questions.similar.rarity import rarity
from questions.similar.words import words, written

_PIECE = 4
_MOST_OF_DETAIL = 40
_DETAIL_COUNTS = 0.5
_UNHELD_COUNTS = 0.05
# The constant of BM25: how soon it no longer matters how often a piece stands there.
_OFTEN = 1.2
# Besides the given texts, so many usual ones are imagined, of which one holds a piece.
_IMAGINED = 100
_USUAL_LENGTH = 500


def shares_said(asked: Profile, others: Sequence[Profile], *, of_all: bool = True) -> list[float]:
    """Return for each question the share of the asked one in all that was said about it, from 0 to 1.

    Args:
        of_all: the share of all pieces, as if one of the texts held each.
    """
    texts = [other.said for other in others]
    lengths = [len(text) for text in texts]
    usual = (sum(lengths) + _IMAGINED * _USUAL_LENGTH) / (len(texts) + _IMAGINED)
    shares = [0.0] * len(texts)
    most = 0.0
    pieces = dict.fromkeys(_pieces(words(asked.text.detail)[:_MOST_OF_DETAIL]), _DETAIL_COUNTS)
    title = words(asked.text.title)
    pieces |= dict.fromkeys(_pieces(title), 1.0)
    unheld_counts = 1.0 if of_all else _UNHELD_COUNTS if title != written(asked.text.title) else 0.0
    for piece, counts_for in pieces.items():
        counts = [text.count(piece) for text in texts]
        holding = [place for place, count in enumerate(counts) if count]
        if not holding:
            counts_for *= unheld_counts
        weight = counts_for * rarity(len(holding) + 1, len(texts) + _IMAGINED)
        most += weight * (_OFTEN + 1)
        for place in holding:
            often = counts[place]
            shares[place] += weight * often * (_OFTEN + 1) / (often + _OFTEN * lengths[place] / usual)
    return [share / most if most else 0.0 for share in shares]


def _pieces(of_words: Sequence[str]) -> Iterator[str]:
    for word in of_words:
        framed = f" {word} "
        yield from (framed[start : start + _PIECE] for start in range(len(framed) - _PIECE + 1))
