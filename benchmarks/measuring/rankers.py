"""Ways to put the questions of a course in order of likeness: three that everybody knows, and ours."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from math import log, sqrt

from benchmarks.measuring.asked import Asked
from lib.text import folded
from questions.similar.looking import words_to_look_for
from questions.similar.profile import profile
from questions.similar.ranking import Weights, likeness, rank
from questions.similar.text import Text

# As many go on to be compared as in the application.
CANDIDATES = 200
# What a beginning weighs in the search follows from how few of so many titles hold it, as in the application.
_ALL = 100_000

# The likeness of two questions of a course, by their places in it.
type Alike = Callable[[int, int], float]
# The places of the others, likeliest first, those that are not offered left out.
type Order = Callable[[int], list[int]]


@dataclass(frozen=True)
class Ranker:
    """A way to compare the questions of one course: in what order they are offered, and how alike two of them are."""

    name: str
    order: Order
    alike: Alike


def first_stage(questions: Sequence[Asked]) -> list[list[int]]:
    """Imitate the search of the database: for each title those with a word that begins as looked for, the heaviest 200.

    An imitation, since the real one needs a database; it knows the same beginnings of words, weighs them the same way,
    and is not helped by what details and answers say.
    """
    titles = [folded(asked.title).split() for asked in questions]
    found = []
    for place, asked in enumerate(questions):
        weights: dict[int, float] = defaultdict(float)
        for beginning in words_to_look_for(Text(asked.id, asked.title)):
            holders = [
                other
                for other, title in enumerate(titles)
                if other != place and any(word.startswith(beginning) for word in title)
            ]
            for other in holders:
                weights[other] += log(_ALL / len(holders))
        found.append(sorted(weights, key=lambda other: (-round(weights[other], 9), -other))[:CANDIDATES])
    return found


def _all_by(name: str, alike: Alike, number: int) -> Ranker:
    def order(place: int) -> list[int]:
        scores = {other: alike(*sorted((place, other))) for other in range(number) if other != place}
        return sorted(scores, key=lambda other: (-scores[other], other))

    return Ranker(name, order, cache(alike))


def word_overlap(questions: Sequence[Asked]) -> Ranker:
    """Words that both hold, of all that either holds."""
    words = [set(folded(asked.title).split()) for asked in questions]

    def alike(one: int, other: int) -> float:
        return len(words[one] & words[other]) / len(words[one] | words[other])

    return _all_by("word overlap", alike, len(words))


def tf_idf_words(questions: Sequence[Asked]) -> Ranker:
    """The cosine of weighed words."""
    return _tf_idf("TF-IDF of words", [folded(asked.title).split() for asked in questions])


def tf_idf_characters(questions: Sequence[Asked]) -> Ranker:
    """The cosine of weighed pieces of words, 3 to 5 letters."""
    return _tf_idf("TF-IDF of characters", [_pieces(asked.title) for asked in questions])


def _pieces(title: str) -> list[str]:
    framed = [f" {word} " for word in folded(title).split()]
    return [
        word[start : start + length]
        for word in framed
        for length in (3, 4, 5)
        for start in range(len(word) - length + 1)
    ]


def _tf_idf(name: str, texts: Sequence[Sequence[str]]) -> Ranker:
    holders = Counter(part for text in texts for part in set(text))
    vectors = []
    for text in texts:
        weights = {
            part: (1 + log(times)) * (1 + log((len(texts) + 1) / (holders[part] + 1)))
            for part, times in Counter(text).items()
        }
        length = sqrt(sum(weight * weight for weight in weights.values()))
        vectors.append({part: weight / length for part, weight in weights.items()})

    def alike(one: int, other: int) -> float:
        less, more = sorted((vectors[one], vectors[other]), key=len)
        return sum(weight * more[part] for part, weight in less.items() if part in more)

    return _all_by(name, alike, len(texts))


def _ours(name: str, questions: Sequence[Asked], *, is_hinted: bool) -> Ranker:
    modules = {module: number for number, module in enumerate(sorted({asked.module for asked in questions}))}
    read = [
        profile(Text(asked.id, asked.title, milestone=modules[asked.module] if is_hinted else None))
        for asked in questions
    ]
    places = {asked.id: place for place, asked in enumerate(questions)}
    found = first_stage(questions)
    among = Weights(read)

    def order(place: int) -> list[int]:
        offered = rank(read[place], [read[other] for other in found[place]], limit=CANDIDATES)
        return [places[one.id] for one in offered]

    def alike(one: int, other: int) -> float:
        return likeness(read[one], read[other], among)

    return Ranker(name, order, alike)


def ours(questions: Sequence[Asked]) -> Ranker:
    """Trefoil's, both stages, titles alone."""
    return _ours("Trefoil, titles alone", questions, is_hinted=False)


def ours_with_hint(questions: Sequence[Asked]) -> Ranker:
    """Trefoil's, both stages, the module as the milestone."""
    return _ours("Trefoil, module as hint", questions, is_hinted=True)


BASELINES = (word_overlap, tf_idf_words, tf_idf_characters)
OURS = (ours, ours_with_hint)
