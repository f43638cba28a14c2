"""Code reviews: requested, sent back with changes asked, handed in again, approved."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from demo.deeds import Deed
from demo.stage import Scene
from people.demo import DEMO_DOMAIN
from tracker.actions.reviews import approve, ask_for_changes, hand_in_again, request_review
from tracker.models import CodeReview

# Where the demo keeps its code: a host that no browser finds.
_CODE = f"https://code.{DEMO_DOMAIN}"


def review_deeds(scene: Scene, content: dict[str, list[dict[str, Any]]]) -> Iterator[Deed]:
    """Everything that `reviews.toml` says."""
    for row in content["reviews"]:
        at = scene.days.moment(row["at"])
        yield Deed(at, partial(_request, scene, row, at))
        for state, when, note in row["then"]:
            at = scene.days.moment(when)
            yield Deed(at, partial(_go_on, scene, row, state, note, at))


def _url(row: dict[str, Any]) -> str:
    return f"{_CODE}/{row['author']}/{row['code']}"


def _request(scene: Scene, row: dict[str, Any], at: datetime) -> None:
    request_review(
        group=scene.group_of(row["author"], at),
        author=scene.enrolments[row["author"]],
        reviewer=scene.enrolments[row["reviewer"]],
        milestone=scene.stage.milestones[row["milestone"]],
        url=_url(row),
        note=row["note"],
        by=scene.stage.people[row["author"]],
        at=at,
    )


def _go_on(scene: Scene, row: dict[str, Any], state: str, note: str, at: datetime) -> None:
    review = CodeReview.objects.get(
        author=scene.enrolments[row["author"]], reviewer=scene.enrolments[row["reviewer"]], url=_url(row)
    )
    author, reviewer = (scene.stage.people[row[who]] for who in ("author", "reviewer"))
    match CodeReview.State(state):
        case CodeReview.State.REQUESTED:
            hand_in_again(review=review, url=review.url, note=note, by=author, at=at)
        case CodeReview.State.CHANGES_ASKED:
            ask_for_changes(review=review, note=note, by=reviewer, at=at)
        case CodeReview.State.APPROVED:
            approve(review=review, note=note, by=reviewer, at=at)
