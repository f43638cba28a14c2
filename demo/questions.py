from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from demo.events import DemoEvent
from demo.records import DemoRun
from people.models import User
from questions.actions import answer, ask, ask_again, mark_duplicate, mark_follow_up, reopen

_SETTLING = {"follow_up": mark_follow_up, "open": reopen}


def question_events(run: DemoRun, content: dict[str, dict[str, Any]]) -> Iterator[DemoEvent]:
    """Yield the events of the files in `questions/`, which have a table for each question.

    A question without a title was asked in the earlier cohort, and is asked again in this one.
    """
    for key, row in content.items():
        if "title" in row:
            at = run.days.moment(row["at"])
            yield DemoEvent(at, partial(_ask, run, key, row, at))
        for again in row.get("again", ()):
            student, _, when = again.partition(" ")
            at = run.days.moment(when)
            yield DemoEvent(at, partial(_ask_again, run, key, student, at))
        for given in row.get("answers", ()):
            at = run.days.moment(given["at"])
            yield DemoEvent(at, partial(_answer, run, key, given, at))
        if "settled" in row:
            yield _settling(run, key, row["settled"])
        if "duplicate" in row:
            yield _merging(run, key, row["duplicate"])


def _ask(run: DemoRun, key: str, row: dict[str, Any], at: datetime) -> None:
    demo = run.demo
    student = row["by"]
    demo.questions[key] = ask(
        group=run.group_of(student, at),
        by=demo.people[row.get("logged_by", student)],
        at=at,
        title=row["title"],
        detail=row.get("detail", ""),
        milestone=demo.milestones[row["milestone"]] if "milestone" in row else None,
        material=demo.material(row["material"], row.get("kind", "")) if "material" in row else None,
        category=row.get("category", ""),
        visibility=row.get("visibility", "cohort"),
        is_asker_hidden=row.get("hidden", False),
        enrolment=run.enrolments[student],
    )


def _ask_again(run: DemoRun, key: str, student: str, at: datetime) -> None:
    ask_again(
        question=run.demo.questions[key],
        group=run.group_of(student, at),
        by=run.demo.people[student],
        at=at,
        enrolment=run.enrolments[student],
    )


def _answer(run: DemoRun, key: str, given: dict[str, Any], at: datetime) -> None:
    by: User = run.demo.people[given["by"]]
    enrolment = run.enrolments.get(given["by"])
    answer(
        question=run.demo.questions[key],
        by=by,
        at=at,
        body=given["body"],
        enrolment_id=enrolment.pk if enrolment else None,
    )


def _settling(run: DemoRun, key: str, settled: str) -> DemoEvent:
    """`settled` is "follow_up w1 fri 18:20 by marta"."""
    status, _, rest = settled.partition(" ")
    when, _, by = rest.partition(" by ")
    at = run.days.moment(when)

    def settle() -> None:
        _SETTLING[status](question=run.demo.questions[key], by=run.demo.people[by], at=at)

    return DemoEvent(at, settle)


def _merging(run: DemoRun, key: str, duplicate: str) -> DemoEvent:
    """`duplicate` is "chunk-size w1 fri 18:20 by marta"."""
    original, _, rest = duplicate.partition(" ")
    when, _, by = rest.partition(" by ")
    at = run.days.moment(when)

    def merge() -> None:
        questions = run.demo.questions
        mark_duplicate(
            question=questions[key],
            original=questions[original],
            by=run.demo.people[by],
            at=at,
        )

    return DemoEvent(at, merge)
