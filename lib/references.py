"""References to a row, which keep it from being deleted.

A model names in `goes_along`, by the field that refers, a condition for rows that keep nothing: what Trefoil works out
by itself and would work out again, and what means nothing without the row that it refers to. In `stays_without` it
names fields that nobody is told of: their rows keep nothing, and stay without the row that they referred to. Rows of a
model with `is_confidential` keep a row as others do, but are neither named nor counted.
"""

from collections.abc import Collection, Iterator, Mapping
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
    """Count what refers to any of these rows, in all apps. All rows are of one model.

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


def is_confidential(model: type[Model]) -> bool:
    return getattr(model, "is_confidential", False)


def referring(relation: ForeignObjectRel, ids: Collection[int]) -> QuerySet[Any]:
    model: type[Model] = relation.related_model
    return model._default_manager.filter(**{f"{relation.field.name}__in": ids})


def going_along(relation: ForeignObjectRel, ids: Collection[int]) -> QuerySet[Any]:
    """The rows that refer to these and go with them."""
    rows, condition = referring(relation, ids), _goes_along(relation)
    return rows.none() if condition is None else rows.filter(condition)


def keeping(relation: ForeignObjectRel, ids: Collection[int]) -> QuerySet[Any]:
    """The rows that refer to these and keep them from being deleted."""
    rows, condition = referring(relation, ids), _goes_along(relation)
    if relation.field.name in getattr(relation.related_model, "stays_without", ()):
        return rows.none()
    return rows if condition is None else rows.exclude(condition)


def _goes_along(relation: ForeignObjectRel) -> Q | None:
    conditions: Mapping[str, Q] = getattr(relation.related_model, "goes_along", {})
    return conditions.get(relation.field.name)


def relations_to(model: type[Model]) -> Iterator[ForeignObjectRel]:
    """The foreign keys of all models that refer to this one, but those of history, which outlives its objects."""
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, ForeignObjectRel) and not field.many_to_many:
            if not hasattr(field.related_model, "history_type"):
                yield field
