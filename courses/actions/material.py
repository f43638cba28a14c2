from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from courses.models import Material, Milestone
from lib.references import Reference, references_to
from people.models import User


class MaterialError(Exception):
    """The material cannot be deleted, because `references` refer to it."""

    def __init__(self, material: Material, references: Iterable[Reference]) -> None:
        self.references = tuple(references)
        super().__init__(
            f"“{material}” is in use: {', '.join(map(str, self.references))}. Retire it instead."
        )


@transaction.atomic
def add_material(*, material: Material, by: User, at: datetime) -> Material:
    milestone = Milestone.objects.select_for_update().get(pk=material.milestone_id)
    last = milestone.materials.aggregate(last=Max("position"))["last"]
    material.position = (last or 0) + 1
    material.changed_by = by
    material.changed_at = at
    material.save()
    return material


@transaction.atomic
def move_material(*, material: Material, places: int) -> bool:
    """Move a material up (negative) or down (positive). Return False if its position does not change.

    Materials in use and retired materials are separate lists. A material moves within its own list.
    """
    milestone = Milestone.objects.select_for_update().get(pk=material.milestone_id)
    rows = list(milestone.materials.in_order())
    order = [row for row in rows if row.retired_on is None] + [row for row in rows if row.retired_on]
    is_retired = material.retired_on is not None
    own = [n for n, row in enumerate(order) if (row.retired_on is not None) is is_retired]
    here = next(n for n in own if order[n].pk == material.pk)
    there = min(max(here + places, own[0]), own[-1])
    order.insert(there, order.pop(here))
    for n, row in enumerate(order, start=1):
        if row.position != n:
            milestone.materials.filter(pk=row.pk).update(position=n)
    return here != there


@transaction.atomic
def retire_material(*, material: Material, on: date, by: User, at: datetime) -> Material:
    """Hide a material from students from day `on`. Rows that refer to it stay."""
    return _set_retired(material, on, by, at)


@transaction.atomic
def bring_back_material(*, material: Material, by: User, at: datetime) -> Material:
    return _set_retired(material, None, by, at)


def _set_retired(material: Material, on: date | None, by: User, at: datetime) -> Material:
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
