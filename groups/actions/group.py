from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from courses.models import Cohort
from groups.actions.locking import locked_open_cohort
from groups.actions.plan import calendar_plan
from groups.models import Group, PlanItem
from lib.references import Reference, references_to
from lib.refusals import Refused
from people.models import User


@transaction.atomic
def open_group(
    *, cohort: Cohort, name: str, meeting: str = "", call: str = "", by: User, at: datetime
) -> Group:
    """Open a group in the cohort. Its first plan is the calendar. 403 in a closed cohort.

    Raises:
        Refused: the cohort already has a group with this name.
    """
    locked_open_cohort(cohort, by=by, at=at)
    if cohort.groups.filter(name__iexact=name).exists():
        raise Refused(f"The cohort has a group called {name} already.")
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
    for group, hue in zip(groups, cohort.groups.next_hues(), strict=False):
        group.hue, group.changed_by, group.changed_at = hue, by, at
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
def delete_group(*, group: Group) -> tuple[Reference, ...]:
    """Delete a group and its plan unless something refers to it; return what does: who studied or mentored in it."""
    list(Group.objects.select_for_update().filter(pk=group.pk))
    references = references_to_group(group)
    if not references:
        group.delete()
    return references
