"""The texts of questions, profiled once and compared often, with the word weights of their course."""

from collections.abc import Iterable, Sequence

from questions.models import Question
from questions.similar import Profile, Text, Weights, likeness, profile

# Profiles are some 10 kB each.
_MOST_KEPT = 20_000
_MOST_COMPARED = 500_000
# Questions of a course that the word weights are learnt from.
_SAMPLE = 2_000


class Texts:
    """A cache of profiles and likenesses during one refresh."""

    def __init__(self, course_questions: Sequence[int] = ()) -> None:
        """Learn word weights from a fixed sample of these questions. One query, or none."""
        self._read: dict[int, Profile] = {}
        self._compared: dict[tuple[int, int], float] = {}
        sample = course_questions[:: len(course_questions) // _SAMPLE + 1]
        self._among = Weights(self._profiles(sample).values()) if sample else Weights()

    def read(self, ids: Iterable[int]) -> None:
        """Profile those that are not in the cache yet. One query, or none."""
        if wanted := set(ids) - self._read.keys():
            self._read |= self._profiles(wanted)

    def _profiles(self, ids: Iterable[int]) -> dict[int, Profile]:
        rows = Question.objects.filter(pk__in=ids).order_by("pk")
        texts = rows.values_list("pk", "title", "detail", "milestone", "material")
        return {row[0]: profile(Text(*row)) for row in texts}

    def forget(self) -> None:
        if len(self._read) > _MOST_KEPT or len(self._compared) > _MOST_COMPARED:
            self._read.clear()
            self._compared.clear()

    def likeness(self, one: int, other: int) -> float:
        """Return how alike two questions are, from 0 to 1; 0 if one is gone."""
        pair = (min(one, other), max(one, other))
        known = self._compared.get(pair)
        if known is None:
            first, second = self._read.get(pair[0]), self._read.get(pair[1])
            known = likeness(first, second, self._among) if first and second else 0.0
            self._compared[pair] = known
        return known
