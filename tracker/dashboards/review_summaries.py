"""Code reviews in short, as my week and the group's page list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lib.rows import Rows
from tracker.models import CodeReview

REVIEW_TONES = {
    CodeReview.State.REQUESTED: "quiet",
    CodeReview.State.CHANGES_ASKED: "watch",
    CodeReview.State.APPROVED: "ok",
}


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    id: int
    milestone: str
    author: str
    reviewer: str
    state: CodeReview.State

    @property
    def is_handed_in(self) -> bool:
        return self.state == CodeReview.State.REQUESTED


def review_rows(reviews: QuerySet[CodeReview]) -> Rows:
    return Rows(
        reviews,
        "id",
        "state",
        milestone="milestone__title",
        author="author__person__name",
        reviewer="reviewer__person__name",
    )


def review_summaries(rows: Iterable[dict[str, Any]]) -> tuple[ReviewSummary, ...]:
    return tuple(
        ReviewSummary(
            row["id"], row["milestone"], row["author"], row["reviewer"], CodeReview.State(row["state"])
        )
        for row in rows
    )
