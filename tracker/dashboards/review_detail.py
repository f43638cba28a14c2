"""The history of a code review, with the note and the URL at each step. One query."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.models import CodeReview

State = CodeReview.State


@dataclass(frozen=True, slots=True)
class ReviewEvent:
    at: date
    what: str
    detail: str
    tone: str


def review_events(review: CodeReview) -> list[ReviewEvent]:
    records = review.history.order_by("history_date", "history_id")
    return list(reversed(list(_events(review, records))))


def _events(review: CodeReview, records: Any) -> Iterator[ReviewEvent]:
    author, reviewer, cohort = review.author.person, review.reviewer.person, review.group.cohort
    previous: Any = None
    for record in records:
        if previous is None:
            what, tone = f"{author} asked {reviewer} for a review", "quiet"
        elif record.state == State.REQUESTED and record.history_user_id == review.reviewer.person_id:
            what, tone = f"{reviewer} undid the review", "quiet"
        elif record.state == previous.state == State.REQUESTED:
            what, tone = f"{author} corrected the request", "quiet"
        elif record.state == State.REQUESTED:
            what, tone = f"{author} resubmitted it", "quiet"
        elif record.state == State.CHANGES_ASKED:
            what, tone = f"{reviewer} asked for changes", "watch"
        else:
            what, tone = f"{reviewer} approved it", "ok"
        address = "" if previous is not None and previous.url == record.url else record.url
        detail = "\n".join(part for part in (record.note, address) if part)
        yield ReviewEvent(cohort.today(record.history_date), what, detail, tone)
        previous = record
