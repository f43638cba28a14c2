from datetime import date, datetime

from django.db import transaction

from courses.models import Material
from lib.references import Reference, references_to
from people.models import User


@transaction.atomic
def archive_material(*, material: Material, on: date | None, by: User, at: datetime) -> Material:
    """Hide a material from students from day `on`; None restores it. Rows that refer to it stay."""
    material = Material.objects.select_for_update().get(pk=material.pk)
    if (material.retired_on is None) is not (on is None):
        material.retired_on = on
        material.touch(by=by, at=at)
        material.save()
    return material


@transaction.atomic
def delete_material(*, material: Material) -> tuple[Reference, ...]:
    """Delete a material unless a student ticked it or asked about it; return what refers to it."""
    list(Material.objects.select_for_update().filter(pk=material.pk))
    references = references_to(material)
    if not references:
        material.delete()
    return references
