from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from demo.events import DemoEvent
from demo.records import DemoRun
from people.models import User
from questions.actions import answer, ask, ask_again, change_status, mark_duplicate
from questions.actions.pictures import add_picture
from tracker.actions.progress import mark
from tracker.models import Progress


def question_events(run: DemoRun, content: dict[str, dict[str, Any]]) -> Iterator[DemoEvent]:
    """Yield the events of the files in `questions/`, which have a table for each question.

    A question without a title was asked in the earlier cohort, and is asked again in this one. One `for_help` has the
    words of a request for help, which is made with it.
    """
    for key, row in content.items():
        if "title" in row:
            yield run.event(row["at"], _ask, key, row)
        for again in row.get("again", ()):
            student, _, when = again.partition(" ")
            yield run.event(when, _ask_again, key, student, {})
        # "ana w1 tue 21:05 Another wording?": typed, and answered by what was answered before.
        for answered in row.get("answered", ()):
            student, *when, title = answered.split(" ", 4)
            typed = {"title": title, "category": row["category"]}
            yield run.event(" ".join(when), _ask_again, key, student, typed)
        for given in row.get("answers", ()):
            yield run.event(given["at"], _answer, key, given)
        # "follow_up w1 fri 18:20 by marta", "chunk-size w1 fri 18:20 by marta".
        for name, do in (("settled", _settle), ("duplicate", _merge)):
            if name in row:
                what, _, when_and_who = row[name].partition(" ")
                yield run.event_by(when_and_who, do, key, what)


def _ask(run: DemoRun, key: str, row: dict[str, Any], at: datetime) -> None:
    demo = run.demo
    student = row["by"]
    detail = row.get("detail", "")
    if "picture" in row:
        by = demo.people[student]
        detail += f"\n\n{add_picture(file=_terminal(row['picture']), shows=row['picture'], by=by, at=at)}"
    demo.questions[key] = ask(
        group=run.group_of(student, at),
        by=demo.people[row.get("logged_by", student)],
        at=at,
        title=row["title"],
        detail=detail,
        milestone=demo.milestones[row["milestone"]] if "milestone" in row else None,
        material=demo.material(row["material"], row.get("kind", "")) if "material" in row else None,
        category=row.get("category", ""),
        visibility=row.get("visibility", "cohort"),
        is_asker_hidden=row.get("hidden", False),
        is_for_help=row.get("for_help", False),
        enrolment=run.enrolments[student],
    )
    if "for_help" in row:
        mark(
            enrolment=run.enrolments[student],
            milestone=demo.milestones[row["milestone"]],
            state=Progress.State.NEED_HELP,
            question=demo.questions[key],
            by=demo.people[student],
            at=at,
        )


def _terminal(line: str) -> BytesIO:
    """A picture of a terminal that says this line."""
    picture = Image.new("RGB", (640, 120), "#1a211e")
    ImageDraw.Draw(picture).text((24, 48), f"$ {line}", fill="#c9e4d2", font_size=22)
    file = BytesIO()
    picture.save(file, "PNG")
    file.seek(0)
    return file


def _ask_again(run: DemoRun, key: str, student: str, typed: dict[str, Any], at: datetime) -> None:
    ask_again(
        question=run.demo.questions[key],
        group=run.group_of(student, at),
        by=run.demo.people[student],
        at=at,
        enrolment=run.enrolments[student],
        typed=typed,
        is_answered=bool(typed),
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


def _settle(run: DemoRun, key: str, status: str, by: User, at: datetime) -> None:
    change_status(status=status, question=run.demo.questions[key], by=by, at=at)


def _merge(run: DemoRun, key: str, original: str, by: User, at: datetime) -> None:
    questions = run.demo.questions
    mark_duplicate(question=questions[key], original=questions[original], by=by, at=at)
