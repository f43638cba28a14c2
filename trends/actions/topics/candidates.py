"""Questions of a course that may be the same as those waiting for a topic, by the stems of titles and of what was said.

Searching for each question would take thousands of queries in a week of a big course. Instead, one query reads all
questions, and only the words of the waiting ones are kept: where they stand, and how rare they are.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from heapq import nlargest
from itertools import batched
from math import sqrt

from django.db.models.functions import Substr

from courses.models import Course
from questions.models import Question
from questions.similar import LONGEST_SAID, rarity
from questions.similar.words import COMMON, stem

# The number of candidates for each question that are compared.
_MOST = 50
# Those that share less, of what it shares with itself, are not compared: measured, none of them belongs to it.
_LEAST = 0.2
# Places to compare, rarest words first: common words mean little. Of each word the newest places are kept.
_MOST_PLACES = 1_000
# Questions imagined besides those of the course: in a small one no word is rare or common yet.
_IMAGINED = 100
# Below SQLite's limit on parameters of a query.
_AT_ONCE = 2_000

_stem = lru_cache(maxsize=100_000)(stem)


def stems(folded_text: str) -> frozenset[str]:
    """Return the stems of a text. Common words are included only if there are no others."""
    every = set(folded_text.split())
    return frozenset(map(_stem, every - COMMON or every))


class _Places:
    """The newest places of questions that hold a word of a waiting one, and the length of each question.

    The places count from the newest question on.
    """

    def __init__(self) -> None:
        self.wanted: dict[int, frozenset[str]] = {}
        self._places: dict[str, array[int]] = {}
        # How many more questions hold a word that has enough places.
        self._older: Counter[str] = Counter()
        self._lengths = array("f")

    def want(self, pk: int, words: frozenset[str]) -> None:
        self.wanted[pk] = words
        for word in words:
            self._places.setdefault(word, array("l"))

    def add(self, words: frozenset[str]) -> None:
        """Keep the words of the next question, an older one."""
        place = len(self._lengths)
        self._lengths.append(sqrt(len(words)) or 1)
        for word in words & self._places.keys():
            places = self._places[word]
            if len(places) < _MOST_PLACES:
                places.append(place)
            else:
                self._older[word] += 1

    def add_shared(self, pk: int, shared: dict[int, float]) -> None:
        """Add by place how much of a waiting question it shares."""
        number, left = len(self._lengths), _MOST_PLACES
        lengths = self._lengths
        words = self.wanted.get(pk, ())
        rarest = {
            word: rarity(len(self._places[word]) + self._older[word], number + _IMAGINED) for word in words
        }
        for word in sorted(rarest, key=lambda word: (-rarest[word], word)):
            weight = rarest[word] ** 2
            places = self._places[word]
            # The newest ones, if there are too many.
            for place in places[:left]:
                shared[place] += weight / lengths[place]
            left -= len(places)
            if left <= 0:
                break


class Candidates:
    def __init__(self, course: Course, waiting: Iterable[int]) -> None:
        """Read the questions of the course."""
        self.ids: list[int] = []
        self._titles, self._texts = _Places(), _Places()
        rows = Question.objects.originals().filter(cohort__course=course)
        texts = rows.values_list("pk", Substr("search_text", 1, LONGEST_SAID))
        for ids in batched(waiting, _AT_ONCE):
            for pk, text in texts.filter(pk__in=ids):
                title, _, _ = text.partition("\n")
                self._titles.want(pk, stems(title))
                self._texts.want(pk, stems(text))
        for pk, text in texts.order_by("-pk").iterator(chunk_size=_AT_ONCE):
            title, _, _ = text.partition("\n")
            self.ids.append(pk)
            self._titles.add(stems(title))
            self._texts.add(stems(text))

    def of(self, pk: int) -> list[int]:
        """Return ids of questions that may ask the same as a waiting one, likeliest first, at most 50."""
        shared: dict[int, float] = defaultdict(float)
        self._titles.add_shared(pk, shared)
        self._texts.add_shared(pk, shared)
        # Itself is among them, and shares most.
        least = _LEAST * max(shared.values(), default=0)
        likely = [place for place, weight in shared.items() if weight >= least]
        best = nlargest(_MOST + 1, likely, key=lambda place: (shared[place], place))
        return [other for place in best if (other := self.ids[place]) != pk][:_MOST]
