"""Find what refers to a row, in all apps, before it is deleted."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class Reference:
    """`count` rows of one kind refer to it; `what` names them in the right number: "plan item", "3 questions"."""

    what: str
    count: int

    def __str__(self) -> str:
        return f"{self.count} {self.what}"


def references_to(*rows: Model, leave_out: Collection[type[Model]] = ()) -> tuple[Reference, ...]:
    """Count what refers to any of these rows of one model, one query a kind.

    History does not count, because it outlives the rows. Nor do tallies, which have no database constraint.

    Args:
        leave_out: models that are deleted together with the rows.
    """
    references = []
    for relation in rows[0]._meta.related_objects if rows else ():
        model = relation.related_model
        if model in leave_out or not getattr(relation.field, "db_constraint", True):
            continue
        ids = [row.pk for row in rows]
        count = model._default_manager.filter(**{f"{relation.field.name}__in": ids}).count()
        if count:
            noun = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
            references.append(Reference(str(noun), count))
    return tuple(references)
