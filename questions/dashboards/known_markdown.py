"""Known questions as a Markdown file, in a stable order and without names."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from courses.models import Course, Milestone
from lib.days import full_day
from lib.markdown_nested import inline, nested
from questions.dashboards.known_questions import answers_of
from questions.dashboards.question_rows import asks_label
from questions.models import Question
from questions.models.question import QuestionQuerySet

_NONE = "None is published yet."


def milestone_markdown(milestone: Milestone, now: datetime) -> str:
    """Two queries."""
    rows = _rows(Question.objects.filter(milestone=milestone))
    lines = [f"# {inline(milestone.title)}: known questions", "", _note(milestone.course, now), ""]
    return _file(lines, _questions(rows, level=2))


def course_markdown(course: Course, now: datetime) -> str:
    """The milestones come in the order of teaching. Two queries."""
    rows = _rows(Question.objects.filter(cohort__course=course))
    lines = [f"# {inline(course.title)}: known questions", "", _note(course, now), ""]
    return _file(lines, _milestones(rows))


def _rows(questions: QuestionQuerySet) -> list[tuple[Question, list[Any]]]:
    """Return known questions with their answers, by milestone and time of asking, so that files can be compared."""
    known = questions.known().select_related("milestone", "material").with_ask_count().defer("search_text")
    rows = sorted(known.order_by("asked_at", "pk"), key=_position)
    answers = answers_of(rows)
    return [(question, [answer for answer in answers[question.pk] if not answer.is_new]) for question in rows]


def _position(question: Question) -> float:
    return question.milestone.position if question.milestone else float("inf")


def _note(course: Course, now: datetime) -> str:
    return f"{inline(course.title)}. Exported from Trefoil on {full_day(now.date())}; without names."


def _file(head: list[str], body: Iterator[str]) -> str:
    lines = list(body) or [_NONE, ""]
    return "\n".join([*head, *lines])


def _milestones(rows: Iterable[tuple[Question, list[Any]]]) -> Iterator[str]:
    for milestone, group in groupby(rows, key=lambda row: row[0].milestone):
        yield f"## {inline(milestone.title) if milestone else 'In no milestone'}"
        yield ""
        yield from _questions(group, level=3)


def _questions(rows: Iterable[tuple[Question, list[Any]]], *, level: int) -> Iterator[str]:
    for question, answers in rows:
        yield f"{'#' * level} {inline(question.title)}"
        yield ""
        yield _about(question)
        yield ""
        if question.detail.strip():
            yield nested(question.detail, under=level)
            yield ""
        for number, answer in enumerate(answers, start=1):
            yield f"{'#' * (level + 1)} Answer{f' {number}' if len(answers) > 1 else ''}"
            yield ""
            yield nested(answer.body, under=level + 1)
            yield ""


def _about(question: Question) -> str:
    about = f", about “{inline(question.material.title)}”" if question.material else ""
    category = f" ({question.get_category_display()})" if question.category else ""
    return f"Asked {asks_label(question.ask_count)}{about}{category}."
