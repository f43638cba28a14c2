"""The history of a code review, with the note and the URL at each step."""

from typing import Any

from tracker.models import CodeReview

State = CodeReview.State


def review_events(review: CodeReview) -> list[dict[str, Any]]:
    """Return what `components/timeline.html` shows, the latest first."""
    events: list[dict[str, Any]] = []
    author, reviewer, cohort = review.author.person, review.reviewer.person, review.group.cohort
    previous: Any = None
    for record in review.history.order_by("history_date", "history_id"):
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
        detail = "\n".join(filter(None, (record.note, address)))
        events.append({"at": cohort.today(record.history_date), "what": what, "detail": detail, "tone": tone})
        previous = record
    return events[::-1]
