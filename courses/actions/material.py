from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from courses.models import Material
from lib.references import Reference, references_to
from people.models import User


class MaterialError(Exception):
    """The material cannot be deleted, because `references` refer to it."""

    def __init__(self, material: Material, references: Iterable[Reference]) -> None:
        self.references = tuple(references)
        super().__init__(
            f"“{material}” is in use: {', '.join(map(str, self.references))}. Archive it instead."
        )


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
def delete_material(*, material: Material) -> None:
    """Delete a material that no student has ticked or asked about.

    Raises:
        MaterialError: something refers to it.
    """
    material = Material.objects.select_for_update().get(pk=material.pk)
    references = references_to(material)
    if references:
        raise MaterialError(material, references)
    material.delete()
