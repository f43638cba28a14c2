"""The measured questions: groups that ask the same, and pairs that only look alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lib.text import folded

QUESTION_COLUMNS = ("id", "course", "module", "question", "group")
RIVAL_COLUMNS = ("id_a", "id_b", "course")


class UnreadableError(Exception):
    """A row cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Asked:
    """A question; those of one course with the same group ask the same, and "" stands alone.

    `answer` is what was answered, `fix` names what in the material would answer it, the same way as `group`.
    """

    id: int
    course: str
    module: str
    title: str
    group: str
    answer: str = ""
    fix: str = ""
    detail: str = ""


def questions_of(rows: Iterable[Mapping[str, str]]) -> dict[str, list[Asked]]:
    """Return the questions by course, in the order of the courses' names and of the ids.

    Raises:
        UnreadableError: an id is no number, or stands there twice; a question is empty.
    """
    courses: dict[str, list[Asked]] = {}
    seen: set[int] = set()
    for row in rows:
        pk = _number(row["id"])
        if pk in seen:
            raise UnreadableError(f"The question {pk} stands there twice.")
        seen.add(pk)
        if not folded(row["question"]):
            raise UnreadableError(f"The question {pk} is empty.")
        asked = Asked(
            pk,
            row["course"],
            row["module"],
            row["question"],
            row["group"].strip(),
            row.get("answer", ""),
            row.get("fix", "").strip(),
        )
        courses.setdefault(asked.course, []).append(asked)
    return {course: sorted(courses[course], key=lambda one: one.id) for course in sorted(courses)}


def rivals_of(
    rows: Iterable[Mapping[str, str]], courses: Mapping[str, Sequence[Asked]]
) -> dict[int, frozenset[int]]:
    """Return for each question those that look alike and need another answer.

    Raises:
        UnreadableError: a pair names a question that is not there.
    """
    known = {asked.id for questions in courses.values() for asked in questions}
    found: dict[int, set[int]] = {}
    for row in rows:
        one, other = _number(row["id_a"]), _number(row["id_b"])
        for pk in (one, other):
            if pk not in known:
                raise UnreadableError(
                    f"A hard negative names the question {pk}, which is not among the questions."
                )
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {pk: frozenset(others) for pk, others in found.items()}


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UnreadableError(f"“{text}” is no id: ids are whole numbers.") from None
