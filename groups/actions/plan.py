from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import F

from courses.calendar import due_dates
from courses.models import Cohort, Milestone, Pause
from groups.actions.locking import locked_groups_of_open_cohorts
from groups.models import Group, PlanChange, PlanItem
from lib.refusals import Refused
from people.models import User
from people.outbox import Ids, tell_each, tell_undone

# By the id of the milestone, as `PlanChange.days` keeps it: before and after.
type Days = Mapping[str, Sequence[str | None]]

_BATCH = 500


def calendar_plan(cohort: Cohort, starts_on: date | None = None) -> dict[int, date | None]:
    """Return the due day of each milestone id that has a week: the end of that week in the calendar.

    Args:
        starts_on: a day of the first week, if that is not the one in which the cohort begins.
    """
    milestones = Milestone.objects.filter(course_id=cohort.course_id).exclude(week=None).in_order()
    return due_dates(
        starts_on or cohort.starts_on,
        cohort.pause_periods,
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
        Refused: a milestone is not in the group's course.
    """
    group = locked_groups_of_open_cohorts({group.pk}, by=by, at=at)[group.pk]
    own = set(Milestone.objects.filter(course_id=group.cohort.course_id).values_list("pk", flat=True))
    if not plan.keys() <= own:
        raise Refused("A milestone of another course cannot be planned.")
    before = dict(group.plan_items.values_list("milestone", "due_on"))
    after = dict(plan)
    days = {
        str(pk): [PlanChange.kept(before, pk), PlanChange.kept(after, pk)]
        for pk in {**before, **after}
        if PlanChange.kept(before, pk) != PlanChange.kept(after, pk)
    }
    change_plans(days={group.pk: days}, reason=reason, by=by, at=at)
    group.refresh_from_db(fields=["version", "changed_by", "changed_at"])
    return group


def reset_plan(*, group: Group, by: User, at: datetime) -> Group:
    """Set the plan of the group to the calendar of the cohort. The group's own dates are lost."""
    plan = calendar_plan(group.cohort)
    return set_plan(group=group, plan=plan, by=by, at=at, reason="Reset to the calendar")


def change_plans(
    *, days: Mapping[int, Days], reason: str, by: User, at: datetime, pause: Pause | None = None
) -> None:
    """Change the plans of groups that are locked, by the id of each, and keep what they said before."""
    moved = _write(days, by=by, at=at)
    changes = PlanChange.objects.bulk_create(
        PlanChange(group_id=group, pause=pause, reason=reason[:100], days=own, made_by=by, made_at=at)
        for group, own in days.items()
        if own
    )
    events: list[dict[str, Ids]] = [
        {"group": each.group_id, "plan_change": each.pk} for each in changes if each.group_id in moved
    ]
    tell_each("dates_changed", events, by=by, at=at)


@transaction.atomic
def undo_plan_changes(*, changes: Collection[PlanChange], by: User, at: datetime) -> list[Group]:
    """Set what the changes set to what it was before, and tell it to who was told. 403 in a closed cohort.

    Return the groups that changed one of these dates since: their plans stay as they are.

    Raises:
        Refused: one is undone already.
    """
    groups = locked_groups_of_open_cohorts({change.group_id for change in changes}, by=by, at=at)
    rows = PlanChange.objects.select_for_update(of=("self",)).in_bulk([change.pk for change in changes])
    plans: dict[int, dict[int, date | None]] = {group: {} for group in groups}
    for item in PlanItem.objects.filter(group__in=groups):
        plans[item.group_id][item.milestone_id] = item.due_on
    there = set(Milestone.objects.filter(course__cohorts__groups__in=groups).values_list("pk", flat=True))
    back: dict[int, Days] = {}
    undone: list[int] = []
    for row in rows.values():
        if row.undone_at is not None:
            raise Refused("This was already undone.")
        if row.stands_in(plans[row.group_id]):
            row.undone_by, row.undone_at = by, at
            undone.append(row.pk)
            back[row.group_id] = {
                pk: [after, before] for pk, (before, after) in row.days.items() if int(pk) in there
            }
    _write(back, by=by, at=at)
    PlanChange.objects.bulk_update(rows.values(), ["undone_by", "undone_at"], batch_size=_BATCH)
    tell_undone("dates_changed", key="plan_change", pks=undone, by=by, at=at)
    return [group for pk, group in groups.items() if pk not in back]


def undo_plan_change(*, change: PlanChange, by: User, at: datetime) -> None:
    """As `undo_plan_changes`.

    Raises:
        Refused: also if one of its dates was changed since.
    """
    if undo_plan_changes(changes=[change], by=by, at=at):
        raise Refused(f"{change.group}’s plan has changed since, so this cannot be undone.")


def _write(days: Mapping[int, Days], *, by: User, at: datetime) -> set[int]:
    """Give milestones the second of two days. Return the groups in which one that stays has another."""
    items = {
        (item.group_id, str(item.milestone_id)): item for item in PlanItem.objects.filter(group__in=days)
    }
    out, new, moved = [], [], []
    for group, own in days.items():
        for pk, (before, after) in own.items():
            if after == PlanChange.OUT:
                out.append(items[group, pk].pk)
            elif before == PlanChange.OUT:
                new.append(PlanItem(group_id=group, milestone_id=int(pk), due_on=_day(after)))
            else:
                item = items[group, pk]
                item.due_on = _day(after)
                moved.append(item)
    PlanItem.objects.filter(pk__in=out).delete()
    PlanItem.objects.bulk_create(new, batch_size=_BATCH)
    PlanItem.objects.bulk_update(moved, ["due_on"], batch_size=_BATCH)
    # Pages that show the plan notice the change.
    Group.objects.filter(pk__in=days).update(version=F("version") + 1, changed_by=by, changed_at=at)
    return {item.group_id for item in moved}


def _day(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None
