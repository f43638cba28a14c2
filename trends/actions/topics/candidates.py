"""Questions of a course that may be the same as those waiting for a topic, by the stems of their titles.

Searching for each question would take thousands of queries in a week of a big course. Instead, one query reads all
titles, and only the words of the waiting questions are kept: their positions, and how rare they are.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from heapq import nsmallest
from itertools import chain
from math import sqrt

from courses.models import Course
from questions.models import Question
from questions.similar import rarity
from questions.similar.words import COMMON, stem, words

# The number of candidates for each question that are compared letter by letter.
_MOST = 12
# Questions that share less of the word weight are not compared.
_LEAST = 0.3
# Positions to compare, rarest words first: common words mean little.
_MOST_PLACES = 4_000

_stem = lru_cache(maxsize=100_000)(stem)


def stems(title: str) -> frozenset[str]:
    """Return the stems of a title. Common words are included only if there are no others."""
    every = words(title)
    return frozenset(_stem(word) for word in every if word not in COMMON) or frozenset(map(_stem, every))


class Candidates:
    def __init__(self, course: Course, waiting: Iterable[int]) -> None:
        """Read the titles of the course. One query."""
        self.ids: list[int] = []
        self._lengths = array("f")
        self._places: dict[str, array[int]] = {}
        self._stems: dict[int, frozenset[str]] = {}
        rows = (
            Question.objects.originals()
            .filter(cohort__course=course)
            .order_by("pk")
            .values_list("pk", "title")
        )
        self._read(list(rows), set(waiting))

    def _read(self, titles: list[tuple[int, str]], waiting: set[int]) -> None:
        titled = [(pk, stems(title)) for pk, title in titles]
        holders = Counter(chain.from_iterable(of_title for _, of_title in titled))
        self._rarity = {word: rarity(number, len(titled)) for word, number in holders.items()}
        self._stems = {pk: of_title for pk, of_title in titled if pk in waiting}
        self._places = {word: array("l") for of_title in self._stems.values() for word in of_title}
        for place, (pk, of_title) in enumerate(titled):
            self.ids.append(pk)
            self._lengths.append(sqrt(sum(self._rarity[word] ** 2 for word in of_title)) or 1)
            for word in of_title & self._places.keys():
                self._places[word].append(place)

    def of(self, pk: int) -> list[int]:
        """Return ids of questions that may ask the same as a waiting one, likeliest first, at most 12."""
        shared: dict[int, float] = defaultdict(float)
        length, places_left = 0.0, _MOST_PLACES
        for word in sorted(self._stems.get(pk, ()), key=lambda word: (-self._rarity[word], word)):
            weight = self._rarity[word] ** 2
            length += weight
            # The newest ones, if there are too many.
            for place in self._places[word][-places_left:] if places_left > 0 else ():
                shared[place] += weight
            places_left -= len(self._places[word])
        least = _LEAST * sqrt(length)
        lengths = self._lengths
        likely = [
            (-weight / lengths[place], place)
            for place, weight in shared.items()
            if weight >= least * lengths[place]
        ]
        best = [self.ids[place] for _, place in nsmallest(_MOST + 1, likely)]
        return [other for other in best if other != pk][:_MOST]
