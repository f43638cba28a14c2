"""What refers to a row, and so keeps it from being deleted.

A model names with `goes_along`, a condition, its rows that keep nothing: what Trefoil works out by itself and would
work out again, and what means nothing without the row that it refers to.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import ForeignObjectRel, Model, Q, QuerySet

# The condition that holds for every row.
ALL = Q(pk__isnull=False)


@dataclass(frozen=True, slots=True)
class Reference:
    """`count` rows of one kind refer to the row. `what` is singular or plural: "plan item", "3 questions"."""

    what: str
    count: int

    def __str__(self) -> str:
        return f"{self.count} {self.what}"


def references_to(*rows: Model, leave_out: Collection[type[Model]] = ()) -> tuple[Reference, ...]:
    """Count what refers to any of these rows, in all apps. All rows are of one model. One query for each kind.

    History is not counted, because it outlives the rows.

    Args:
        leave_out: models that are deleted together with the rows.
    """
    references = []
    for relation in rows[0]._meta.related_objects if rows else ():
        model = relation.related_model
        if model in leave_out:
            continue
        ids = [row.pk for row in rows]
        count = keeping(relation, ids).count()
        if count:
            noun = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            references.append(Reference(str(noun), count))
    return tuple(references)


def referring(relation: ForeignObjectRel, ids: Collection[int]) -> QuerySet[Any]:
    model: type[Model] = relation.related_model
    return model._default_manager.filter(**{f"{relation.field.name}__in": ids})


def going_along(relation: ForeignObjectRel, ids: Collection[int]) -> QuerySet[Any]:
    """The rows that refer to these and go with them."""
    condition: Q | None = getattr(relation.related_model, "goes_along", None)
    rows = referring(relation, ids)
    return rows.none() if condition is None else rows.filter(condition)


def keeping(relation: ForeignObjectRel, ids: Collection[int]) -> QuerySet[Any]:
    """The rows that refer to these and keep them from being deleted."""
    condition: Q | None = getattr(relation.related_model, "goes_along", None)
    rows = referring(relation, ids)
    return rows if condition is None else rows.exclude(condition)
