from django.db import transaction

from courses.models import Course, Material, Milestone
from lib.references import Reference, references_to


def references_to_milestone(milestone: Milestone) -> tuple[Reference, ...]:
    of_materials = references_to(*milestone.materials.all())
    return references_to(milestone, leave_out=[Material]) + tuple(
        Reference(f"{reference.what} of its materials", reference.count) for reference in of_materials
    )


@transaction.atomic
def delete_milestone(*, milestone: Milestone) -> tuple[Reference, ...]:
    """Delete a milestone and its materials unless something refers to them; return what does."""
    Course.objects.select_for_update().get(pk=milestone.course_id)
    # Who refers to one of these rows at this moment is waited for.
    list(Milestone.objects.select_for_update().filter(pk=milestone.pk))
    list(milestone.materials.select_for_update().order_by("pk"))
    references = references_to_milestone(milestone)
    if not references:
        milestone.delete()
    return references
