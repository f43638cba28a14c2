"""What is asked while a plan grows: a question a key, however many rows it is about."""

from collections.abc import Callable
from dataclasses import replace

from django.conf import settings

from sheets.matching.plan import Clarification
from sheets.reading import UnreadableFile


class Clarifications:
    """A question is made once; each further place is only added to it."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[Clarification, list[str]]] = {}

    def ask(self, key: str, location: str, question: Callable[[], Clarification]) -> None:
        """Ask what has that key, at this place too.

        Raises:
            UnreadableFile: nobody answers as many questions as there are by now.
        """
        if key not in self._asked:
            check_number(len(self._asked) + 1)
            self._asked[key] = question(), []
        self._asked[key][1].append(location)

    @property
    def questions(self) -> list[Clarification]:
        return [replace(question, locations=tuple(locations)) for question, locations in self._asked.values()]


def check_number(count: int) -> None:
    """Refuse to ask more than anybody answers, and than a page can hold.

    Raises:
        UnreadableFile: they are too many.
    """
    most = settings.IMPORT_MOST_QUESTIONS
    if count > most:
        raise UnreadableFile(
            f"More than {most:,} names or titles in it are not known here, and each would have to be asked about. Is"
            " it the right course and cohort, and does each header say what stands below it? Bring milestones and"
            " people in first, write e-mail addresses beside names, or give fewer files or rows at once."
        )
