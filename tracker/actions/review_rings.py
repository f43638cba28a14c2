"""Propose who reviews whose code in a group, and nudge a reviewer who lets somebody wait."""

from collections.abc import Sequence
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


def ring_of(members: Sequence[int], rings_before: int) -> list[int]:
    """Each reviews the next one. It is turned round every time, so that nobody always reads the same code.

    Args:
        members: ids of enrolments, in an order that stays.
        rings_before: how many the group has had.
    """
    order = sorted(members)
    return order if rings_before % 2 == 0 else order[::-1]


def members_in_order(group: Group, at: datetime) -> list[int]:
    stays = Membership.objects.open(group.cohort.today(at)).filter(group=group)
    return sorted(stays.values_list("enrolment_id", flat=True))


@transaction.atomic
def accept_ring(
    *, group: Group, milestone: Milestone, order: Sequence[int], by: User, at: datetime
) -> ReviewRing:
    """Let the members of the group review each other in this order at the milestone.

    Raises:
        ReviewError: there is a ring for it already, the members have changed since it was proposed, or there is only
            one of them; or the cohort is closed.
    """
    group = locked_groups([group.pk])[group.pk]
    if group.cohort.is_closed(group.cohort.today(at)):
        raise ReviewError(f"{group.cohort} is closed.")
    if ReviewRing.objects.filter(group=group, milestone=milestone).exists():
        raise ReviewError(f"The reviewers at {milestone} are set already.")
    members = members_in_order(group, at)
    if len(members) < 2:
        raise ReviewError(f"{group} has nobody who could review the other.")
    if sorted(order) != members:
        raise ReviewError("The members of the group have changed. Here is a new proposal.")
    return ReviewRing.objects.create(
        group=group, milestone=milestone, order=list(order), accepted_by=by, accepted_at=at
    )


@transaction.atomic
def drop_ring(*, ring: ReviewRing) -> None:
    """Undo the acceptance of a ring. Reviews that were asked for stay."""
    ring.delete()


@transaction.atomic
def nudge(*, review: CodeReview, by: User, at: datetime) -> None:
    """Remind the reviewer of code that waits for longer than promised.

    Raises:
        ReviewError: it does not wait for so long, or the reviewer was reminded within a day.
    """
    review = (
        CodeReview.objects.select_for_update(of=("self",))
        .select_related("group__cohort__course", "reviewer__person")
        .get(pk=review.pk)
    )
    cohort = review.group.cohort
    is_late = cohort.wait(review.changed_at, at, days=cohort.course.review_days).is_over
    if not review.is_handed_in or not is_late:
        raise ReviewError("This code does not wait for longer than promised.")
    if Event.objects.filter(kind=NUDGED, ids__review=review.pk, at__gt=at - _PAUSE).exists():
        raise ReviewError(f"{review.reviewer.person} was reminded within the last day.")
    tell(NUDGED, by=by, at=at, review=review.pk)
