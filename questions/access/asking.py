"""Where one may ask, and for whom."""

from datetime import datetime

from courses.models import Milestone
from groups.access import GroupAccess, group_access
from groups.models import Enrolment
from groups.relations import Relation, RelationKind, Relations
from people.access import refuse
from people.models import User


def group_to_ask_in(user: User, group_id: int, now: datetime) -> GroupAccess:
    """Return the group to its members and to those who lead it; 403 to other insiders."""
    access = group_access(user, group_id, now)
    if not (access.studies or access.may_lead):
        refuse(user, f"ask in group {group_id}", is_insider=True)
    return access


def groups_to_ask_in(relations: Relations) -> tuple[Relation, ...]:
    """The groups of cohorts that are not closed in which the person studies or mentors today, each once."""
    rows = (*relations.open(RelationKind.STUDIES), *relations.open(RelationKind.MENTORS))
    open_ones = (row for row in rows if row.group_id and not row.is_in_closed_cohort(relations.now))
    return tuple({row.group_id: row for row in open_ones}.values())


def group_for_asking(relations: Relations, wanted: int | None = None) -> Relation | None:
    """The wanted one of the groups to ask in, or the only one; None where it is still to choose."""
    rows = groups_to_ask_in(relations)
    rows = tuple(row for row in rows if row.group_id == wanted) or rows
    return rows[0] if len(rows) == 1 else None


def milestone_for_asking(asks_in: Relation | None, wanted: int | None) -> int | None:
    """The wanted milestone, unless it is of another course than the one in which is asked."""
    if not asks_in or not wanted:
        return wanted
    return wanted if Milestone.objects.filter(pk=wanted, course=asks_in.course).exists() else None


def members_to_ask_for(access: GroupAccess) -> list[Enrolment] | None:
    """Return the members that a leader may ask for; None for students, who ask for themselves."""
    if access.studies is not None:
        return None
    return [stay.enrolment for stay in access.group.members_on(access.today)]
