from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from courses.models import Cohort
from groups.actions.enrolment import EnrolmentError, join_group
from groups.actions.plan import start_plan
from groups.models import Enrolment, Group, PlanItem
from lib.references import Reference, references_to
from people.models import User


class GroupError(Exception):
    """The group cannot be deleted, because `references` refer to it."""

    def __init__(self, group: Group, references: Sequence[Reference]) -> None:
        self.references = tuple(references)
        super().__init__(f"{group} is in use: {', '.join(map(str, self.references))}.")


@dataclass(frozen=True, slots=True)
class NewGroup:
    name: str
    enrolments: Sequence[Enrolment]


class GroupNameError(Exception):
    """The cohort already has a group with this name. The message is shown to the user."""


@transaction.atomic
def open_group(*, cohort: Cohort, name: str, meeting: str = "", by: User, at: datetime) -> Group:
    """Open a group in the cohort. Its first plan is the calendar.

    Raises:
        GroupNameError: the cohort already has a group with this name.
    """
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    if cohort.groups.filter(name__iexact=name).exists():
        raise GroupNameError(f"The cohort has a group called {name} already.")
    group = Group.objects.create(cohort=cohort, name=name, meeting=meeting, changed_by=by, changed_at=at)
    start_plan(group=group)
    return group


@transaction.atomic
def make_groups(
    *, cohort: Cohort, groups: Sequence[NewGroup], on: date, by: User, at: datetime
) -> list[Group]:
    """Open these groups, each with its students from that day. On an error, no group is created.

    Raises:
        EnrolmentError: a student is already in a group, or `join_group` raised it.
        GroupNameError: the cohort already has a group with one of the names.
    """
    made = []
    for new in groups:
        group = open_group(cohort=cohort, name=new.name, by=by, at=at)
        for enrolment in new.enrolments:
            stay = enrolment.memberships.filter(ended_on=None).select_related("group").first()
            if stay is not None:
                raise EnrolmentError(f"{enrolment.person} is in {stay.group} already.")
            join_group(enrolment=enrolment, group=group, on=on, by=by, at=at)
        made.append(group)
    return made


def references_to_group(group: Group) -> tuple[Reference, ...]:
    """Count what prevents deletion of a group: everything except its plan."""
    return references_to(group, leave_out=[PlanItem])


@transaction.atomic
def delete_group(*, group: Group) -> None:
    """Delete an unused group and its plan.

    Raises:
        GroupError: someone studied or mentored in it, or something else refers to it.
    """
    group = Group.objects.select_for_update().get(pk=group.pk)
    references = references_to_group(group)
    if references:
        raise GroupError(group, references)
    group.delete()
