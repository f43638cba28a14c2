"""Delete a cohort or course in which nothing was recorded, with everything that was only set up.

What people did, wrote or decided keeps it: it can be archived instead. Accounts of people always stay.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import ForeignObjectRel, Model, QuerySet

from courses.models import Cohort, Course, CourseAdmin, CourseLink, CourseSection, Material, Milestone, Pause
from groups.models import Enrolment, Group, Membership, MentorAway, Mentorship, PlanItem
from lib.history import record_deletions
from lib.references import Reference, going_along, is_confidential, keeping, referring, relations_to
from people.models import User

# What is set up and goes with its cohort or course, in the order in which it can be deleted.
_SET_UP: tuple[type[Model], ...] = (
    MentorAway,
    Membership,
    Mentorship,
    PlanItem,
    Enrolment,
    Group,
    Pause,
    Cohort,
    Material,
    Milestone,
    CourseAdmin,
    CourseLink,
    CourseSection,
    Course,
)

# Below SQLite's limit on parameters of a query.
_AT_ONCE = 2_000
# Of a kind of which there is more, people need not know how many there are.
_ENOUGH = 1_000


class DeletionError(Exception):
    """Something was recorded, so it is not deleted. The message is shown to the user."""


@dataclass(frozen=True, slots=True)
class Deletion:
    """What goes with a cohort or course, and what keeps it from being deleted."""

    rows: dict[type[Model], set[int]]
    along: list[tuple[ForeignObjectRel, set[int]]] = field(default_factory=list)
    kept_by: list[str] = field(default_factory=list)

    def goes(self) -> Iterator[Reference]:
        """Count what goes, the thing itself left out."""
        for model, ids in list(self.rows.items())[1:]:
            if ids:
                yield _counted(model, len(ids))
        found: dict[type[Model], set[int]] = {}
        for relation, ids in self.along:
            model = relation.related_model
            # A model without a page of its own says nothing to people.
            if hasattr(model, "get_absolute_url"):
                found.setdefault(model, set()).update(_found(going_along, relation, ids))
        yield from (_counted(model, len(rows)) for model, rows in found.items() if rows)


def _counted(model: type[Model], count: int) -> Reference:
    noun = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    return Reference(str(noun), count)


def _found(
    rows: Callable[[ForeignObjectRel, Collection[int]], QuerySet[Any]],
    relation: ForeignObjectRel,
    ids: Collection[int],
) -> set[int]:
    return {
        pk
        for batch in batched(sorted(ids), _AT_ONCE)
        for pk in rows(relation, batch).values_list("pk", flat=True)
    }


def deletion_of(thing: Cohort | Course) -> Deletion:
    """Work out what deleting it would delete, and what keeps it. Queries by kind of row, not by row."""
    deletion = Deletion({type(thing): {thing.pk}})
    kept: dict[type[Model], set[int]] = {}
    waiting: list[tuple[type[Model], set[int]]] = [(type(thing), {thing.pk})]
    while waiting:
        model, ids = waiting.pop(0)
        for relation in relations_to(model):
            related = relation.related_model
            if related in _SET_UP:
                found = _found(referring, relation, ids)
                new = found - deletion.rows.setdefault(related, set())
                deletion.rows[related] |= new
                if new:
                    waiting.append((related, new))
            else:
                deletion.along.append((relation, ids))
                if len(kept.setdefault(related, set())) < _ENOUGH:
                    kept[related] |= _found(keeping, relation, ids)
    deletion.kept_by.extend(
        "other records"
        if is_confidential(model)
        else f"{_counted(model, min(len(ids), _ENOUGH))}{' or more' if len(ids) >= _ENOUGH else ''}"
        for model, ids in kept.items()
        if ids
    )
    return deletion


def delete(*, thing: Cohort | Course, by: User, at: datetime) -> None:
    """Delete a cohort or course, and what was only set up in it.

    Raises:
        DeletionError: something was recorded in it.
    """
    try:
        with transaction.atomic():
            _delete(thing, by, at)
            connection.check_constraints()
    except IntegrityError as error:
        raise DeletionError(f"Someone just used {thing}, so it was not deleted.") from error


def _delete(thing: Cohort | Course, by: User, at: datetime) -> None:
    type(thing)._default_manager.select_for_update().get(pk=thing.pk)
    deletion = deletion_of(thing)
    if deletion.kept_by:
        raise DeletionError(f"{thing} has history: {', '.join(deletion.kept_by)}.")
    for relation, ids in deletion.along:
        for batch in batched(sorted(ids), _AT_ONCE):
            going_along(relation, batch).delete()
    for model in _SET_UP:
        for batch in batched(sorted(deletion.rows.get(model, ())), _AT_ONCE):
            rows = model._default_manager.filter(pk__in=batch)
            record_deletions(model, list(rows), by=by, at=at, reason="deleted with what it was set up in")
            rows._raw_delete(rows.db)
