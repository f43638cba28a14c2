"""The newest questions of a group or student, as my week and the group's page list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lib.rows import Rows
from questions.models import Question


@dataclass(frozen=True, slots=True)
class RecentQuestion:
    id: int
    title: str
    milestone: str
    status: Question.Status


def recent_question_rows(questions: QuerySet[Question], limit: int) -> Rows:
    newest = questions.order_by("-asked_at", "-pk")[:limit]
    return Rows(newest, "id", "title", "status", milestone="milestone__title")


def recent_questions(rows: Iterable[dict[str, Any]]) -> tuple[RecentQuestion, ...]:
    return tuple(
        RecentQuestion(row["id"], row["title"], row["milestone"] or "", Question.Status(row["status"]))
        for row in rows
    )
