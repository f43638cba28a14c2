from collections.abc import Iterable

from django.db import transaction

from courses.models import Course, Material, Milestone
from lib.references import Reference, references_to


class MilestoneError(Exception):
    """The milestone cannot be deleted, because `references` refer to it."""

    def __init__(self, milestone: Milestone, references: Iterable[Reference]) -> None:
        self.references = tuple(references)
        super().__init__(f"{milestone} is in use: {', '.join(map(str, self.references))}.")


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
