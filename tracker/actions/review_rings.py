"""Suggest who reviews whose code in a group, and nudge a reviewer who lets somebody wait."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from courses.models import Milestone
from groups.actions.locking import locked_groups
from groups.models import Group, Membership
from people.models import Event, User
from people.outbox import tell
from tracker.actions.reviews import ReviewError
from tracker.models import CodeReview, ReviewRing

NUDGED = "review_nudged"
# Nobody is nudged about the same review again before.
_PAUSE = timedelta(days=1)


def ring_of(members: Sequence[int], reviews: Collection[tuple[int, int]], rings_before: int) -> list[int]:
    """Each reviews the next one, as the reviews that exist have it; empty if they leave no such order.

    It is turned round every time, so that nobody always reads the same code.

    Args:
        members: ids of enrolments.
        reviews: reviewer and author of those that exist.
        rings_before: how many the group has had.
    """
    order = sorted(members, reverse=rings_before % 2 == 1)
    after = dict(reviews)
    authors = set(after.values())
    if not len(after) == len(authors) == len(reviews):
        return []
    ring: list[int] = []
    # Who is reviewed by nobody yet begins a chain; where everybody is, the ring is there.
    for start in [each for each in order if each not in authors] or order[:1]:
        each: int | None = start
        while each is not None and each not in ring:
            ring.append(each)
            each = after.get(each)
    return ring if len(ring) == len(order) else []


@transaction.atomic
def suggest_reviewers(*, group: Group, milestone: Milestone, by: User, at: datetime) -> ReviewRing:
    """Suggest to the members of the group who reviews whose code at the milestone. Reviews that exist are part of it.

    Raises:
        ReviewError: there is a suggestion for it already, the group has only one member, the reviews that exist leave
            no order, the cohort is closed, or its course has no code reviews.
    """
    group = locked_groups([group.pk])[group.pk]
    today = group.cohort.today(at)
    if group.cohort.is_closed(today):
        raise ReviewError(f"{group.cohort} is closed.")
    if not group.cohort.course.has_code_reviews:
        raise ReviewError(f"{group.cohort.course} has no code reviews.")
    rings = list(ReviewRing.objects.filter(group=group))
    if any(ring.milestone_id == milestone.pk for ring in rings):
        raise ReviewError(f"Reviewers are suggested at {milestone} already.")
    members = set(Membership.objects.open(today).filter(group=group).values_list("enrolment_id", flat=True))
    if len(members) < 2:
        raise ReviewError(f"{group} has nobody who could review the other.")
    reviews = set(
        CodeReview.objects.filter(milestone=milestone, author__in=members, reviewer__in=members).values_list(
            "reviewer", "author"
        )
    )
    order = ring_of(list(members), reviews, len(rings))
    if not order:
        raise ReviewError(
            f"The reviews that exist at {milestone} leave no order in which everybody reviews one other. "
            "Who has no reviewer yet chooses one."
        )
    return ReviewRing.objects.create(
        group=group, milestone=milestone, order=order, suggested_by=by, suggested_at=at
    )


@transaction.atomic
def drop_ring(*, ring: ReviewRing) -> None:
    """Remove a suggestion. Reviews that were asked for stay."""
    ring.delete()


@transaction.atomic
def nudge(*, review: CodeReview, by: User, at: datetime) -> None:
    """Remind the reviewer of code that waits for longer than promised.

    Raises:
        ReviewError: it does not wait for so long, the reviewer was reminded within a day, or the course has no code
            reviews.
    """
    review = (
        CodeReview.objects.select_for_update(of=("self",))
        .select_related("group__cohort__course", "reviewer__person")
        .get(pk=review.pk)
    )
    cohort = review.group.cohort
    if not cohort.course.has_code_reviews:
        raise ReviewError(f"{cohort.course} has no code reviews, so nobody is reminded of one.")
    is_late = cohort.wait(review.changed_at, at, days=cohort.course.review_days).is_over
    if not review.is_handed_in or not is_late:
        raise ReviewError("This code does not wait for longer than promised.")
    if Event.objects.filter(kind=NUDGED, ids__review=review.pk, at__gt=at - _PAUSE).exists():
        raise ReviewError(f"{review.reviewer.person} was reminded within the last day.")
    tell(NUDGED, by=by, at=at, review=review.pk)
