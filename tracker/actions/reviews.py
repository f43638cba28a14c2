"""Code reviews, from request to approval. Every step and its note is kept in the history."""

from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from courses.models import Milestone
from groups.actions.activity import note_activity
from groups.actions.locking import locked_groups
from groups.models import Enrolment, Group
from lib.history import credit
from lib.refusals import Refused
from people.models import User
from people.outbox import tell
from tracker.access.reviews import reason_over
from tracker.models import CodeReview


@transaction.atomic
def request_review(
    *,
    group: Group,
    author: Enrolment,
    reviewer: Enrolment,
    milestone: Milestone,
    url: str,
    note: str,
    by: User,
    at: datetime,
) -> CodeReview:
    """Ask another member of the group to review code for a milestone. The same request twice is one.

    Raises:
        Refused: the cohort is closed, or its course has no code reviews; author and reviewer are the same or not
            both in the group; the author reviews the reviewer's code for this milestone, in a group of three or more;
            the milestone belongs to another course; the URL is not http(s), or is in review by this reviewer already,
            with another note.
    """
    group = locked_groups([group.pk])[group.pk]
    today = group.cohort.today(at)
    members = set(group.members_on(today).values_list("enrolment_id", flat=True))
    if group.cohort.is_closed(today):
        raise Refused(f"{group.cohort} is closed. You can no longer ask for reviews.")
    if not group.cohort.course.has_code_reviews:
        raise Refused(f"{group.cohort.course} has no code reviews.")
    if milestone.course_id != group.cohort.course_id:
        raise Refused(f"{milestone} is not a milestone of this course.", "milestone")
    if author.pk not in members:
        raise Refused(f"{author.person} is not in {group}.")
    if reviewer.pk == author.pk:
        raise Refused("You cannot review your own code. Choose someone else in your group.", "reviewer")
    if reviewer.pk not in members:
        raise Refused(f"{reviewer.person} is not in {group}. Choose someone who is.", "reviewer")
    reviewed = CodeReview.objects.filter(author=reviewer, reviewer=author, milestone=milestone)
    if len(members) > 2 and reviewed.exists():
        raise Refused(
            f"You review {reviewer.person}’s code for {milestone}. Choose someone else, so that"
            " no two people review each other.",
            "reviewer",
        )
    _refuse_address(url)
    same = CodeReview.objects.filter(author=author, reviewer=reviewer, milestone=milestone, url=url).first()
    if same is not None:
        if same.is_handed_in and same.note == note:
            return same
        raise Refused(f"{reviewer.person} is already reviewing this code.", "url")
    review = CodeReview(
        group=group,
        author=author,
        reviewer=reviewer,
        milestone=milestone,
        url=url,
        note=note,
        requested_at=at,
    )
    _save(review, by=by, at=at)
    tell("review_asked", by=by, at=at, review=review.pk)
    return review


@transaction.atomic
def hand_in(*, review: CodeReview, seen: str, url: str, note: str, by: User, at: datetime) -> CodeReview:
    """Correct the URL or the note of a request, or resubmit the code after changes were asked for.

    Args:
        seen: the state that the author was shown.

    Raises:
        Refused: the state is another one by now; `by` is not the author; the cohort is closed; the URL is not
            http(s), or is that of another review by the same reviewer.
    """
    review = _locked(review, "author", by=by, at=at)
    if seen not in (review.state, CodeReview.State.REQUESTED):
        raise Refused(f"{review.reviewer.person} has not asked for changes.")
    if review.state != seen:
        raise Refused(f"{review.reviewer.person} has answered already.")
    _refuse_address(url)
    same = CodeReview.objects.filter(
        author=review.author_id, reviewer=review.reviewer_id, milestone=review.milestone_id, url=url
    )
    if same.exclude(pk=review.pk).exists():
        raise Refused("This URL is already in review. Enter the URL of the changed code.", "url")
    if not review.is_handed_in:
        tell("review_asked", by=by, at=at, review=review.pk)
    review.state, review.url, review.note = CodeReview.State.REQUESTED, url, note
    return _save(review, by=by, at=at)


@transaction.atomic
def withdraw_request(*, review: CodeReview, by: User, at: datetime) -> None:
    """Remove a request that is not approved. Its history is kept.

    Raises:
        Refused: it is approved; `by` is not the author; the cohort is closed.
    """
    review = _locked(review, "author", by=by, at=at)
    if review.state == CodeReview.State.APPROVED:
        raise Refused("This code is already approved.")
    credit(review, by, at)
    review.delete()


@transaction.atomic
def ask_for_changes(*, review: CodeReview, note: str, by: User, at: datetime) -> CodeReview:
    """Ask the author for changes.

    Raises:
        Refused: as for `approve`; or the note is empty.
    """
    review = _to_judge(review, by=by, at=at)
    if not note.strip():
        raise Refused("Enter the changes needed.", "note")
    review.state, review.note = CodeReview.State.CHANGES_ASKED, note
    tell("review_changes_asked", by=by, at=at, review=review.pk)
    return _save(review, by=by, at=at)


@transaction.atomic
def approve(*, review: CodeReview, note: str, by: User, at: datetime) -> CodeReview:
    """Approve the code; only its reviewer can.

    Raises:
        Refused: `by` is not the reviewer; the code is not waiting for a review; the cohort is closed.
    """
    review = _to_judge(review, by=by, at=at)
    review.state, review.note = CodeReview.State.APPROVED, note
    tell("review_approved", by=by, at=at, review=review.pk)
    return _save(review, by=by, at=at)


@transaction.atomic
def undo_judgement(*, review: CodeReview, by: User, at: datetime) -> CodeReview:
    """Let the code wait for its review again, with the author's own note.

    Raises:
        Refused: `by` is not the reviewer; the code waits for a review, as after resubmitting; the cohort is closed.
    """
    review = _locked(review, "reviewer", by=by, at=at)
    if review.is_handed_in:
        raise Refused("There is nothing to undo: this code is waiting for a review.")
    before = (
        review.history.filter(state=CodeReview.State.REQUESTED).order_by("history_date", "history_id").last()
    )
    review.state, review.note = CodeReview.State.REQUESTED, before.note if before else ""
    return _save(review, by=by, at=at)


def _refuse_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refused("Enter a URL that starts with https:// or http://.", "url")


def _locked(review: CodeReview, actor: str, *, by: User, at: datetime) -> CodeReview:
    """Lock it for its "author" or "reviewer", while they may change it."""
    rows = CodeReview.objects.select_for_update(of=("self",)).select_related(
        "group__cohort", "author__person", "reviewer__person", "milestone"
    )
    row = rows.filter(pk=review.pk).first()
    if row is None:
        raise Refused("This request was withdrawn.")
    enrolment: Enrolment = getattr(row, actor)
    if enrolment.person_id != by.pk:
        what = "change this request" if actor == "author" else "review this code"
        raise Refused(f"Only {enrolment.person} can {what}.")
    if reason := reason_over(row, enrolment, row.group.cohort.today(at)):
        raise Refused(reason)
    return row


def _to_judge(review: CodeReview, *, by: User, at: datetime) -> CodeReview:
    review = _locked(review, "reviewer", by=by, at=at)
    if review.state == CodeReview.State.APPROVED:
        raise Refused("This code is already approved.")
    if review.state != CodeReview.State.REQUESTED:
        raise Refused(f"{review.author.person} has not resubmitted it yet.")
    return review


def _save(review: CodeReview, *, by: User, at: datetime) -> CodeReview:
    review.changed_at = at
    credit(review, by, at)
    review.save()
    for enrolment in (review.author, review.reviewer):
        if enrolment.person_id == by.pk:
            note_activity(enrolment_id=enrolment.pk, at=at)
    return review
