"""The texts of questions, prepared once and compared often, with the word weights of their course."""

from collections.abc import Iterable, Sequence

from django.db.models.functions import Substr

from questions.models import Question
from questions.similar import LONGEST_SAID, Compared, Comparison, Profile, Text, profile

# Prepared texts are some 20 kB each.
_MOST_KEPT = 2_000
_MOST_COMPARED = 100_000
# Questions of a course that the word weights are learnt from.
_SAMPLE = 2_000


class Texts:
    """A cache of prepared texts and of likenesses during one refresh."""

    def __init__(self, course_questions: Sequence[int] = ()) -> None:
        """Learn word weights from a fixed sample of these questions."""
        self._read: dict[int, Compared] = {}
        self._compared: dict[tuple[int, int], float] = {}
        sample = course_questions[:: len(course_questions) // _SAMPLE + 1]
        self._comparison = Comparison(self._profiles(sample).values() if sample else ())

    def read(self, ids: Iterable[int]) -> None:
        """Prepare those that are not in the cache yet."""
        if wanted := set(ids) - self._read.keys():
            profiles = self._profiles(wanted)
            self._read |= {pk: self._comparison.prepare(read) for pk, read in profiles.items()}

    def _profiles(self, ids: Iterable[int]) -> dict[int, Profile]:
        rows = Question.objects.filter(pk__in=ids).order_by("pk")
        said = Substr("search_text", 1, LONGEST_SAID)
        texts = rows.values_list("pk", "title", "detail", "milestone", "material", said)
        return {pk: profile(Text(pk, *text)) for pk, *text in texts}

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
            known = self._comparison.likeness(first, second) if first and second else 0.0
            self._compared[pair] = known
        return known
