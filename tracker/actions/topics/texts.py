"""The texts of questions, read once and compared often."""

from collections.abc import Iterable

from tracker.models import Question
from tracker.similar import Profile, Text, profile

# Profiles are some 10 kB each.
_MOST_KEPT = 20_000


class Texts:
    """What was read of questions during one refresh."""

    def __init__(self) -> None:
        self._read: dict[int, Profile] = {}

    def read(self, ids: Iterable[int]) -> None:
        """Read those that were not read yet. One query, or none."""
        wanted = set(ids) - self._read.keys()
        if not wanted:
            return
        rows = Question.objects.filter(pk__in=wanted).values_list(
            "pk", "title", "detail", "milestone", "material"
        )
        self._read |= {row[0]: profile(Text(*row)) for row in rows}

    def forget(self, ids: Iterable[int]) -> None:
        """Read these anew next time; all of them when too many are kept."""
        if len(self._read) > _MOST_KEPT:
            self._read.clear()
        for pk in ids:
            self._read.pop(pk, None)

    def __contains__(self, pk: int) -> bool:
        return pk in self._read

    def __getitem__(self, pk: int) -> Profile:
        return self._read[pk]
