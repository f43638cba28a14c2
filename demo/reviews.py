from collections.abc import Iterator
from datetime import datetime
from typing import Any

from demo.events import DemoEvent
from demo.records import DemoRun
from people.demo import DEMO_DOMAIN
from tracker.actions.reviews import approve, ask_for_changes, hand_in, request_review
from tracker.models import CodeReview

# The code of the demo is on a host that does not exist.
_CODE = f"https://code.{DEMO_DOMAIN}"


def review_events(run: DemoRun, content: dict[str, list[dict[str, Any]]]) -> Iterator[DemoEvent]:
    for row in content["reviews"]:
        yield run.event(row["at"], _request, row)
        for state, when, note in row["then"]:
            yield run.event(when, _go_on, row, state, note)


def _url(row: dict[str, Any]) -> str:
    return f"{_CODE}/{row['author']}/{row['code']}"


def _request(run: DemoRun, row: dict[str, Any], at: datetime) -> None:
    request_review(
        group=run.group_of(row["author"], at),
        author=run.enrolments[row["author"]],
        reviewer=run.enrolments[row["reviewer"]],
        milestone=run.demo.milestones[row["milestone"]],
        url=_url(row),
        note=row["note"],
        by=run.demo.people[row["author"]],
        at=at,
    )


def _go_on(run: DemoRun, row: dict[str, Any], state: str, note: str, at: datetime) -> None:
    review = CodeReview.objects.get(
        author=run.enrolments[row["author"]],
        reviewer=run.enrolments[row["reviewer"]],
        url=_url(row),
    )
    author, reviewer = (run.demo.people[row[who]] for who in ("author", "reviewer"))
    match CodeReview.State(state):
        case CodeReview.State.REQUESTED:
            hand_in(review=review, seen=review.state, url=review.url, note=note, by=author, at=at)
        case CodeReview.State.CHANGES_ASKED:
            ask_for_changes(review=review, note=note, by=reviewer, at=at)
        case CodeReview.State.APPROVED:
            approve(review=review, note=note, by=reviewer, at=at)
