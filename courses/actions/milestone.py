from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from courses.actions.order import put_in_order
from courses.models import Course, Material, Milestone
from lib.references import Reference, references_to
from people.models import User


class MilestoneError(Exception):
    """The milestone cannot be deleted, because `references` refer to it."""

    def __init__(self, milestone: Milestone, references: Iterable[Reference]) -> None:
        self.references = tuple(references)
        super().__init__(f"{milestone} is in use: {', '.join(map(str, self.references))}.")


@transaction.atomic
def add_milestone(*, milestone: Milestone, by: User, at: datetime) -> Milestone:
    """Save a new milestone as the last one of its course. Existing plans do not change."""
    course = Course.objects.select_for_update(no_key=True).get(pk=milestone.course_id)
    last = course.milestones.aggregate(last=Max("position"))["last"]
    milestone.position = (last or 0) + 1
    milestone.changed_by = by
    milestone.changed_at = at
    milestone.save()
    return milestone


@transaction.atomic
def move_milestone(*, milestone: Milestone, places: int) -> bool:
    """Move a milestone up (negative) or down (positive). Return False if its position does not change."""
    course = Course.objects.select_for_update(no_key=True).get(pk=milestone.course_id)
    order = list(course.milestones.in_order())
    here = order.index(milestone)
    there = min(max(here + places, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    put_in_order(order)
    return here != there


def references_to_milestone(milestone: Milestone) -> tuple[Reference, ...]:
    of_materials = references_to(*milestone.materials.all())
    return references_to(milestone, leave_out=[Material]) + tuple(
        Reference(f"{reference.what} of its materials", reference.count) for reference in of_materials
    )


@transaction.atomic
def delete_milestone(*, milestone: Milestone) -> None:
    """Delete an unused milestone and its materials.

    Raises:
        MilestoneError: something refers to it.
    """
    Course.objects.select_for_update().get(pk=milestone.course_id)
    references = references_to_milestone(milestone)
    if references:
        raise MilestoneError(milestone, references)
    milestone.delete()
