"""Collects what the importer has to ask: one clarification per key, however many rows it concerns."""

from collections.abc import Callable
from dataclasses import replace

from sheets.matching.plan import Clarification
from sheets.reading import UnreadableFile
from sheets.reading.limits import LIMITS


class Clarifications:
    def __init__(self) -> None:
        self._asked: dict[str, tuple[Callable[[], Clarification], list[str]]] = {}

    def ask(self, key: str, location: str, make: Callable[[], Clarification]) -> None:
        """Ask about the key at this location; later locations are added to the same clarification.

        It is made once all files are read, since one that comes later may say who somebody is.

        Raises:
            UnreadableFile: there are too many clarifications to answer.
        """
        if key not in self._asked:
            check_number(len(self._asked) + 1)
            self._asked[key] = make, []
        self._asked[key][1].append(location)

    @property
    def all(self) -> list[Clarification]:
        return [
            replace(make(), locations=tuple(dict.fromkeys(locations)))
            for make, locations in self._asked.values()
        ]


def check_number(count: int) -> None:
    """Refuse to ask more than people can answer and a page can hold.

    Raises:
        UnreadableFile: there are too many clarifications.
    """
    if count > LIMITS.questions:
        raise UnreadableFile(
            f"More than {LIMITS.questions:,} names or titles in it are unknown, and each would need an answer."
            " Is it the right course and cohort, and does each header describe its column? Import milestones"
            " and people first, add e-mail addresses beside names, or upload fewer files or rows at once."
        )
