"""Questions: asked, asked again, answered, merged."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from demo.deeds import Deed
from demo.stage import Scene
from people.models import User
from questions.actions import answer, ask, ask_again, mark_duplicate, mark_follow_up, reopen

_SETTLING = {"follow_up": mark_follow_up, "open": reopen}


def question_deeds(scene: Scene, content: dict[str, dict[str, Any]]) -> Iterator[Deed]:
    """Everything that the files under `questions/` say: a table for each question.

    One without a title was asked in the cohort before, and is asked again in this one.
    """
    for key, row in content.items():
        if "title" in row:
            at = scene.days.moment(row["at"])
            yield Deed(at, partial(_ask, scene, key, row, at))
        for words in row.get("again", ()):
            student, _, when = words.partition(" ")
            at = scene.days.moment(when)
            yield Deed(at, partial(_ask_again, scene, key, student, at))
        for given in row.get("answers", ()):
            at = scene.days.moment(given["at"])
            yield Deed(at, partial(_answer, scene, key, given, at))
        if "settled" in row:
            yield _settling(scene, key, row["settled"])
        if "duplicate" in row:
            yield _merging(scene, key, row["duplicate"])


def _ask(scene: Scene, key: str, row: dict[str, Any], at: datetime) -> None:
    stage = scene.stage
    student = row["by"]
    stage.questions[key] = ask(
        group=scene.group_of(student, at),
        by=stage.people[row.get("logged_by", student)],
        at=at,
        title=row["title"],
        detail=row.get("detail", ""),
        milestone=stage.milestones[row["milestone"]] if "milestone" in row else None,
        material=stage.material(row["material"], row.get("kind", "")) if "material" in row else None,
        category=row.get("category", ""),
        visibility=row.get("visibility", "cohort"),
        is_asker_hidden=row.get("hidden", False),
        enrolment=scene.enrolments[student],
    )


def _ask_again(scene: Scene, key: str, student: str, at: datetime) -> None:
    ask_again(
        question=scene.stage.questions[key],
        group=scene.group_of(student, at),
        by=scene.stage.people[student],
        at=at,
        enrolment=scene.enrolments[student],
    )


def _answer(scene: Scene, key: str, given: dict[str, Any], at: datetime) -> None:
    by: User = scene.stage.people[given["by"]]
    enrolment = scene.enrolments.get(given["by"])
    answer(
        question=scene.stage.questions[key],
        by=by,
        at=at,
        body=given["body"],
        enrolment_id=enrolment.pk if enrolment else None,
        is_told=False,
    )


def _settling(scene: Scene, key: str, words: str) -> Deed:
    """Say what the question waits for, in words such as "follow_up w1 fri 18:20 by marta"."""
    status, _, rest = words.partition(" ")
    when, _, by = rest.partition(" by ")
    at = scene.days.moment(when)

    def settle() -> None:
        _SETTLING[status](question=scene.stage.questions[key], by=scene.stage.people[by], at=at)

    return Deed(at, settle)


def _merging(scene: Scene, key: str, words: str) -> Deed:
    """Mark the question as a duplicate, in words such as "chunk-size w1 fri 18:20 by marta"."""
    original, _, rest = words.partition(" ")
    when, _, by = rest.partition(" by ")
    at = scene.days.moment(when)

    def merge() -> None:
        questions = scene.stage.questions
        mark_duplicate(
            question=questions[key], original=questions[original], by=scene.stage.people[by], at=at
        )

    return Deed(at, merge)
