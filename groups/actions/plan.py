from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from courses.calendar import due_dates
from courses.models import Cohort, Milestone
from groups.actions.locking import locked_groups_of_open_cohorts
from groups.models import Group, PlanChange, PlanItem
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
def set_plan(
    *, group: Group, plan: Mapping[int, date | None], by: User, at: datetime, reason: str = ""
) -> Group:
    """Replace the plan of the group. `plan` maps milestone ids to due days, or to None. 403 in a closed cohort.

    A milestone that is not in `plan` is no longer expected. Students' progress on it is kept, and so are the dates that
    were promised, with the reason.

    Raises:
        PlanError: a milestone is not in the group's course.
    """
    group = locked_groups_of_open_cohorts({group.pk}, by=by, at=at)[group.pk]
    own = set(Milestone.objects.filter(course_id=group.cohort.course_id).values_list("pk", flat=True))
    if not plan.keys() <= own:
        raise PlanError("A milestone of another course cannot be planned.")
    before = dict(group.plan_items.values_list("milestone", "due_on"))
    after = dict(plan)
    days = {
        str(pk): [PlanChange.kept(before, pk), PlanChange.kept(after, pk)]
        for pk in {**before, **after}
        if PlanChange.kept(before, pk) != PlanChange.kept(after, pk)
    }
    _write(group, days, by=by, at=at)
    if days:
        PlanChange.objects.create(group=group, days=days, reason=reason[:100], made_by=by, made_at=at)
    return group


def reset_plan(*, group: Group, by: User, at: datetime) -> Group:
    """Set the plan of the group to the calendar of the cohort. The group's own dates are lost."""
    plan = calendar_plan(group.cohort)
    return set_plan(group=group, plan=plan, by=by, at=at, reason="Reset to the calendar")


@transaction.atomic
def undo_plan_change(*, change: PlanChange, by: User, at: datetime) -> PlanChange:
    """Set what the change set to what it was before. The group is told of its dates again. 403 in a closed cohort.

    Raises:
        PlanError: it is undone already, or one of its dates was changed since.
    """
    group = locked_groups_of_open_cohorts({change.group_id}, by=by, at=at)[change.group_id]
    change = PlanChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.undone_at is not None:
        raise PlanError("This is undone already.")
    plan = dict(group.plan_items.values_list("milestone", "due_on"))
    there = set(Milestone.objects.filter(pk__in=change.days).values_list("pk", flat=True))
    if not change.stands_in(plan):
        raise PlanError(f"The plan of {group} was changed since, so this cannot be undone.")
    back = {pk: [after, before] for pk, (before, after) in change.days.items() if int(pk) in there}
    _write(group, back, by=by, at=at)
    change.undone_by, change.undone_at = by, at
    change.save(update_fields=["undone_by", "undone_at"])
    return change


def _write(group: Group, days: Mapping[str, Sequence[str | None]], *, by: User, at: datetime) -> None:
    """Give milestones the second of two days, and tell the group if one has another."""
    out = [pk for pk, (_, after) in days.items() if after == PlanChange.OUT]
    new = [pk for pk, (before, _) in days.items() if before == PlanChange.OUT]
    moved = days.keys() - {*out, *new}
    group.plan_items.filter(milestone__in=map(int, out)).delete()
    changed = list(group.plan_items.filter(milestone__in=map(int, moved)))
    for item in changed:
        item.due_on = _day(days[str(item.milestone_id)][1])
    PlanItem.objects.bulk_update(changed, ["due_on"])
    PlanItem.objects.bulk_create(
        PlanItem(group=group, milestone_id=int(pk), due_on=_day(days[pk][1])) for pk in new
    )
    group.touch(by=by, at=at)
    group.save()
    if changed:
        tell("dates_changed", by=by, at=at, group=group.pk)


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
