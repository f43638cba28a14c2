"""Mentors, questions and code reviews in a line each, for several pages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lib.rows import Rows
from questions.models import Question
from tracker.dashboards.group_overviews import GroupOverview
from tracker.models import CodeReview

REVIEW_TONES = {
    CodeReview.State.REQUESTED: "quiet",
    CodeReview.State.CHANGES_ASKED: "watch",
    CodeReview.State.APPROVED: "ok",
}


@dataclass(frozen=True, slots=True)
class QuestionLine:
    id: int
    title: str
    milestone: str
    status: Question.Status


@dataclass(frozen=True, slots=True)
class ReviewLine:
    id: int
    milestone: str
    author: str
    reviewer: str
    state: CodeReview.State

    @property
    def is_handed_in(self) -> bool:
        """Whether it waits for the reviewer."""
        return self.state == CodeReview.State.REQUESTED


def question_rows(questions: QuerySet[Question], limit: int) -> Rows:
    """The newest of the questions, as an annotation for `question_lines`."""
    newest = questions.order_by("-asked_at", "-pk")[:limit]
    return Rows(newest, "id", "title", "status", milestone="milestone__title")


def question_lines(rows: Iterable[dict[str, Any]]) -> tuple[QuestionLine, ...]:
    return tuple(
        QuestionLine(row["id"], row["title"], row["milestone"] or "", Question.Status(row["status"]))
        for row in rows
    )


def review_rows(reviews: QuerySet[CodeReview]) -> Rows:
    """The reviews, in their order, as an annotation for `review_lines`."""
    return Rows(
        reviews,
        "id",
        "state",
        milestone="milestone__title",
        author="author__person__name",
        reviewer="reviewer__person__name",
    )


def review_lines(rows: Iterable[dict[str, Any]]) -> tuple[ReviewLine, ...]:
    return tuple(
        ReviewLine(
            row["id"], row["milestone"], row["author"], row["reviewer"], CodeReview.State(row["state"])
        )
        for row in rows
    )


def mentors_words(overview: GroupOverview) -> str:
    """ "mentor Marta Pires, cover Tomás Reis"; "no mentor yet" where there is none."""
    return ", ".join(f"{mentor.role} {mentor.name}" for mentor in overview.mentors_now) or "no mentor yet"
