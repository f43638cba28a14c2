"""A code review, step by step, with the note and the URL at each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lib.marks import PersonMark
from people.models import User
from tracker.access.reviews import ReviewAccess
from tracker.models import CodeReview

State = CodeReview.State


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """`what` follows the name of who did it: "asked Bruno for a review"."""

    mark: PersonMark
    who: str
    what: str
    note: str
    url: str
    on: date
    is_own: bool
    is_of_author: bool
    is_undone: bool


@dataclass(frozen=True, slots=True)
class ReviewStory:
    """`latest` is the round from the request on that was reviewed last; `earlier` are the steps before it, in order.

    A review that was undone is among these: its words (`undone_note`) are in the reviewer's field again.
    """

    latest: Sequence[ReviewStep]
    earlier: Sequence[ReviewStep]
    undone_note: str


def review_story(access: ReviewAccess, reader: User) -> ReviewStory:
    review = access.review
    author, reviewer = review.author.person, review.reviewer.person
    marks = review.group.marks([author, reviewer])
    records = list(review.history.order_by("history_date", "history_id"))
    steps = []
    for number, record in enumerate(records):
        previous = records[number - 1] if number else None
        following = records[number + 1] if number + 1 < len(records) else None
        is_of_author = record.state == State.REQUESTED and not _is_undo(review, record)
        person, other = (author, reviewer) if is_of_author else (reviewer, author)
        steps.append(
            ReviewStep(
                mark=marks[person.pk],
                who="You" if person == reader else person.get_short_name(),
                what=_what(review, record, previous, "you" if other == reader else other.get_short_name()),
                note="" if _is_undo(review, record) else record.note,
                url="" if previous is not None and previous.url == record.url else record.url,
                on=access.review.group.cohort.today(record.history_date),
                is_own=person == reader,
                is_of_author=is_of_author,
                is_undone=_is_undo(review, record)
                or (following is not None and not is_of_author and _is_undo(review, following)),
            )
        )
    standing = [step for step in steps if not step.is_undone]
    judged = [number for number, step in enumerate(standing) if not step.is_of_author]
    asked = [
        number
        for number, step in enumerate(standing)
        if step.is_of_author and (not judged or number < judged[-1])
    ]
    latest = standing[asked[-1] :] if asked else standing
    undone = records[-2].note if len(records) > 1 and steps[-1].is_undone else ""
    return ReviewStory(latest, [step for step in steps if step not in latest], undone)


def _is_undo(review: CodeReview, record: Any) -> bool:
    return bool(record.state == State.REQUESTED and record.history_user_id == review.reviewer.person_id)


def _what(review: CodeReview, record: Any, previous: Any, other: str) -> str:
    if previous is None:
        return f"asked {other} for a review"
    if _is_undo(review, record):
        return "undid the review"
    if record.state == State.REQUESTED:
        return "corrected the request" if previous.state == State.REQUESTED else "changed it"
    return "asked for changes" if record.state == State.CHANGES_ASKED else "approved it"
