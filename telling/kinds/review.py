from collections.abc import Iterable
from datetime import datetime

from people.models import Event, User
from telling.kinds.in_groups import mentor_to_reply_to
from telling.kinds.kind import MailKind
from telling.mails import Mail, write_mail
from tracker.access.reviews import review_to_read
from tracker.models import CodeReview

# By event: the side whose turn it is now, and the state in which that is still true.
_TURN = {
    "review_asked": ("reviewer", CodeReview.State.REQUESTED),
    "review_changes_asked": ("author", CodeReview.State.CHANGES_ASKED),
    "review_approved": ("author", CodeReview.State.APPROVED),
}


def _recipients(event: Event, now: datetime) -> Iterable[User]:
    turn, _ = _TURN[event.kind]
    review = CodeReview.objects.select_related(f"{turn}__person").get(pk=event.ids["review"])
    return [getattr(review, turn).person]


def _write(reader: User, event: Event, now: datetime) -> Mail | None:
    access = review_to_read(reader, event.ids["review"], now)
    review = access.review
    turn, state = _TURN[event.kind]
    is_theirs = access.is_reviewer or access.is_author
    if review.state != state or access.notices or not is_theirs:
        return None
    if getattr(review, turn).has_ended(access.today):
        return None
    by = review.author if turn == "reviewer" else review.reviewer
    return write_mail(
        "review",
        reader,
        now,
        {"review": review, "by": by.person.get_short_name()},
        path=review.get_absolute_url(),
        group=review.group,
        reply_to=mentor_to_reply_to(review.group, now),
    )


REVIEW = MailKind(
    name="review",
    topic="questions",
    label="A code review waits for me, or mine is answered",
    roles=("reviewer",),
    events=tuple(_TURN),
    thread=lambda event: f"review {event.ids['review']}",
    recipients=_recipients,
    write=_write,
)
