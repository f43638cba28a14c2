from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Model


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
        count = model._default_manager.filter(**{f"{relation.field.name}__in": ids}).count()
        if count:
            noun = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            references.append(Reference(str(noun), count))
    return tuple(references)
