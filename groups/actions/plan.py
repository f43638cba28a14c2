from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from courses.calendar import due_dates
from courses.models import Cohort, Milestone
from groups.models import Group, PlanItem
from people.models import User
from people.outbox import tell


class PlanError(Exception):
    """The plan is invalid. The message is shown to the user."""


def calendar_plan(cohort: Cohort) -> dict[int, date | None]:
    """Return the due day of each milestone id that has a week: the end of that week in the calendar."""
    milestones = Milestone.objects.filter(course_id=cohort.course_id).exclude(week=None).in_order()
    return due_dates(
        cohort.starts_on,
        [pause.period for pause in cohort.pauses.all()],
        {milestone.pk: milestone.week for milestone in milestones},
    )


@transaction.atomic
def set_plan(*, group: Group, plan: Mapping[int, date | None], by: User, at: datetime) -> Group:
    """Replace the plan of the group. `plan` maps milestone ids to due days, or to None.

    A milestone that is not in `plan` is no longer expected. Students' progress on it is kept.

    Raises:
        PlanError: a milestone is not in the group's course.
    """
    group = Group.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=group.pk)
    own = set(Milestone.objects.filter(course_id=group.cohort.course_id).values_list("pk", flat=True))
    if not plan.keys() <= own:
        raise PlanError("A milestone of another course cannot be planned.")
    there = {item.milestone_id: item for item in group.plan_items.all()}
    group.plan_items.exclude(milestone__in=plan).delete()
    changed = [item for pk, item in there.items() if pk in plan and item.due_on != plan[pk]]
    for item in changed:
        item.due_on = plan[item.milestone_id]
    PlanItem.objects.bulk_update(changed, ["due_on"])
    PlanItem.objects.bulk_create(
        PlanItem(group=group, milestone_id=pk, due_on=due_on)
        for pk, due_on in plan.items()
        if pk not in there
    )
    group.touch(by=by, at=at)
    group.save()
    if changed:
        tell("dates_changed", by=by, at=at, group=group.pk)
    return group


def reset_plan(*, group: Group, by: User, at: datetime) -> Group:
    """Set the plan of the group to the calendar of the cohort. The group's own dates are lost."""
    return set_plan(group=group, plan=calendar_plan(group.cohort), by=by, at=at)
