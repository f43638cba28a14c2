from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from courses.models import Cohort
from groups.access import refuse_if_closed
from groups.actions.locking import locked_open_cohort
from groups.actions.plan import calendar_plan
from groups.models import Group, Mentorship, PlanItem
from lib.history import credit
from lib.references import Reference, references_to
from people.access import refuse
from people.models import User
from people.outbox import tell


class GroupError(Exception):
    """The group cannot be deleted, because `references` refer to it."""

    def __init__(self, group: Group, references: Sequence[Reference]) -> None:
        self.references = tuple(references)
        super().__init__(f"{group} is in use: {', '.join(map(str, self.references))}.")


class GroupNameError(Exception):
    """The cohort already has a group with this name. The message is shown to the user."""


class MeetingError(Exception):
    """Somebody has said meanwhile when the group meets. The message is shown to the user."""


@transaction.atomic
def set_first_meeting(*, group: Group, meeting: str, call: str = "", by: User, at: datetime) -> Group:
    """Say when a group meets that has not said it. 403 in a closed cohort.

    Raises:
        MeetingError: it has said it meanwhile.
    """
    groups = Group.objects.select_for_update(of=("self",), no_key=True).select_related("cohort__course")
    locked = groups.get(pk=group.pk)
    refuse_if_closed(by, locked.cohort, at)
    if locked.meeting and locked.meeting != meeting:
        raise MeetingError(f"{locked.changed_by} has set it already: {locked} meets {locked.meeting}.")
    locked.meeting = meeting
    locked.call = call or locked.call
    locked.touch(by=by, at=at)
    locked.save()
    return locked


@transaction.atomic
def say_hello(*, group: Group, hello: str, by: User, at: datetime) -> None:
    """Keep a mentor's first word to their group, and tell its students. 403 for others, and in a closed cohort."""
    mentorships = Mentorship.objects.open(group.cohort.today(at)).filter(group=group, person=by)
    mentorship = (
        mentorships.select_for_update(of=("self",), no_key=True).select_related("group__cohort").first()
    )
    if mentorship is None:
        refuse(by, f"say hello to group {group.pk}", is_insider=True)
    refuse_if_closed(by, mentorship.group.cohort, at)
    mentorship.hello = hello
    credit(mentorship, by)
    mentorship.save()
    tell("mentor_said_hello", by=by, at=at, mentorship=mentorship.pk)


@transaction.atomic
def open_group(
    *, cohort: Cohort, name: str, meeting: str = "", call: str = "", by: User, at: datetime
) -> Group:
    """Open a group in the cohort. Its first plan is the calendar. 403 in a closed cohort.

    Raises:
        GroupNameError: the cohort already has a group with this name.
    """
    locked_open_cohort(cohort, by=by, at=at)
    if cohort.groups.filter(name__iexact=name).exists():
        raise GroupNameError(f"The cohort has a group called {name} already.")
    new = Group(cohort=cohort, name=name, meeting=meeting, call=call)
    (group,), _ = open_groups(cohort=cohort, groups=[new], by=by, at=at)
    return group


@transaction.atomic
def open_groups(
    *,
    cohort: Cohort,
    groups: Sequence[Group],
    plans: Mapping[str, Mapping[int, date | None]] | None = None,
    by: User,
    at: datetime,
) -> tuple[list[Group], list[PlanItem]]:
    """Save groups whose names are new in the cohort, each with its plan. 403 in a closed cohort.

    Args:
        plans: due days by milestone id, by name of the group. A group without an entry gets the calendar.
    """
    locked_open_cohort(cohort, by=by, at=at)
    for group in groups:
        group.changed_by, group.changed_at = by, at
    made = Group.objects.bulk_create(groups, batch_size=500)
    calendar = calendar_plan(cohort) if made else {}
    items = PlanItem.objects.bulk_create(
        (
            PlanItem(group=group, milestone_id=milestone_id, due_on=due_on)
            for group in made
            for milestone_id, due_on in (plans or {}).get(group.name, calendar).items()
        ),
        batch_size=500,
    )
    return made, items


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
