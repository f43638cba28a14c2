"""Move due dates of many groups at once: by days, or because a pause is put in. Each group keeps its own dates else."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched

from django.db import transaction
from django.db.models import Count, Exists, F, Max, OuterRef, Sum

from courses.actions.pause import PauseError, add_pause
from courses.calendar import due_dates
from courses.models import Cohort, Milestone, Pause
from groups.actions.correcting import correct_starts
from groups.actions.locking import locked_enrolments, locked_groups, locked_open_cohort
from groups.models import Enrolment, Group, Membership, Mentorship, PlanChange, PlanItem, Shift
from lib.days import full_day
from lib.weeks import Period, Week, after_pause
from people.models import User
from people.outbox import tell_each

_BATCH = 500
# Due dates further from the cohort's start are typing errors.
_TWO_YEARS = timedelta(days=731)


class ShiftError(Exception):
    """The shift cannot be applied or undone. The message is shown to the user."""


@dataclass(frozen=True, slots=True)
class NewDates:
    """How a shift changes due days: those that are as in the calendar follow it, a group's own ones move alike.

    `start` is that of the cohort with the shift; by days, the calendar is another only if it moves along.
    """

    shift: Shift
    pauses: tuple[Period, ...]
    start: date
    before: Mapping[int, date | None]
    after: Mapping[int, date | None]

    def of(self, milestone_id: int, due_on: date) -> date:
        """The new due day; the same if it stays."""
        pause = self.shift.period
        if (pause or self.start != self.shift.cohort.starts_on) and due_on == self.before.get(milestone_id):
            return self.after.get(milestone_id) or due_on
        if pause is None:
            return due_on + timedelta(days=self.shift.days) if due_on >= self.shift.from_on else due_on
        lost = self._weeks_lost()
        moved = due_on + timedelta(weeks=len(lost)) if lost and due_on >= lost[0].starts_on else due_on
        return after_pause(moved, [*self.pauses, pause]) or moved

    def _weeks_lost(self) -> list[Week]:
        """The weeks that are not taught because of the new pause."""
        pause = self.shift.period
        lost: list[Week] = []
        week = Week.of(self.shift.from_on)
        while pause is not None and pause.ends_on is not None and week.starts_on <= pause.ends_on:
            if week.is_paused([*self.pauses, pause]) and not week.is_paused(self.pauses):
                lost.append(week)
            week = week.next()
        return lost


def start_after(shift: Shift, today: date) -> date:
    """When the cohort begins with the shift.

    The start moves along as long as it is ahead and everything moves. Of a cohort that is under way it stays: its weeks
    keep their numbers, and what was logged in them its week.
    """
    cohort = shift.cohort
    is_along = shift.pause_ends_on is None and today < cohort.starts_on and shift.from_on <= cohort.starts_on
    return cohort.starts_on + timedelta(days=shift.days) if is_along else cohort.starts_on


def new_dates(shift: Shift, today: date) -> NewDates:
    """Two queries. After the shift is applied, it is not to be asked."""
    cohort = shift.cohort
    start = start_after(shift, today)
    pauses = tuple(pause.period for pause in Pause.objects.filter(cohort=cohort))
    weeks = dict(Milestone.objects.filter(course=cohort.course_id).values_list("pk", "week"))
    more = [shift.period] if shift.period else []
    return NewDates(
        shift,
        pauses,
        start,
        due_dates(cohort.starts_on, pauses, weeks),
        due_dates(start, [*pauses, *more], weeks),
    )


def changes_by_group(
    dates: NewDates, groups: Collection[int]
) -> dict[int, list[tuple[PlanItem, date, date]]]:
    """The items that get another day, with the days before and after, by the id of their group. One query."""
    changes: dict[int, list[tuple[PlanItem, date, date]]] = defaultdict(list)
    items = PlanItem.objects.filter(group__in=groups, due_on__isnull=False).select_related("milestone")
    for item in items.order_by("milestone__position"):
        if item.due_on is not None and (after := dates.of(item.milestone_id, item.due_on)) != item.due_on:
            changes[item.group_id].append((item, item.due_on, after))
    return changes


def state_of(cohort: Cohort) -> str:
    """What dates of a shift are worked out from: another once a plan, a pause or the start has changed. Two queries."""
    groups = cohort.groups.aggregate(count=Count("pk"), versions=Sum("version"))
    pauses = cohort.pauses.aggregate(count=Count("pk"), last=Max("pk"))
    return ".".join(str(value) for value in (*groups.values(), *pauses.values(), cohort.starts_on))


@transaction.atomic
def apply_shift(*, shift: Shift, by: User, at: datetime, seen: str | None = None) -> Shift:
    """Move the dates of all groups that go along, and the start or the pause, and tell the groups whose dates moved.

    A few queries for every 500 groups. 403 in a closed cohort.

    Args:
        seen: the `state_of` the cohort when the dates were shown.

    Raises:
        ShiftError: it was applied already, the dates are not those that were seen, a date would be more than two years
            from the cohort's start, the cohort would have begun already, or the pause overlaps another one.
    """
    cohort = locked_open_cohort(shift.cohort, by=by, at=at)
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    shift.cohort = cohort
    if shift.applied_at is not None:
        raise ShiftError("This was applied already.")
    if seen is not None and seen != state_of(cohort):
        raise ShiftError(
            "A plan or a pause has changed since. These are the dates of now: look at them again."
        )
    dates = new_dates(shift, cohort.today(at))
    ids = cohort.groups.exclude(pk__in=shift.left_out).order_by("pk").values_list("pk", flat=True)
    for batch in batched(list(ids), _BATCH):
        locked_groups(batch)
        changes = changes_by_group(dates, batch)
        _check_years(cohort, changes)
        items = [_moved(item, after) for own in changes.values() for item, _, after in own]
        PlanItem.objects.bulk_update(items, ["due_on"], batch_size=_BATCH)
        PlanChange.objects.bulk_create(
            PlanChange(
                group_id=group,
                shift=shift,
                reason=shift.reason,
                days={
                    str(item.milestone_id): [before.isoformat(), after.isoformat()]
                    for item, before, after in own
                },
                made_by=by,
                made_at=at,
            )
            for group, own in changes.items()
        )
        _touch(changes, by, at)
        tell_each("dates_changed", [{"group": group} for group in changes], by=by, at=at)
    if dates.start != cohort.starts_on:
        shift.start_before = cohort.starts_on
        _begin(cohort, dates.start, by=by, at=at)
    if shift.pause_ends_on is not None:
        try:
            shift.pause = add_pause(
                cohort=cohort, title=shift.reason, starts_on=shift.from_on, ends_on=shift.pause_ends_on
            )
        except PauseError as error:
            raise ShiftError(str(error)) from error
    shift.applied_by, shift.applied_at = by, at
    shift.save()
    return shift


@transaction.atomic
def undo_shift(*, shift: Shift, by: User, at: datetime) -> list[Group]:
    """Give the groups their days before and the cohort its start, and take the pause out.

    Return the groups that changed a day of it since. Their plans stay as they are, and so does a start that did.
    403 in a closed cohort.

    Raises:
        ShiftError: it is not applied, or undone already; the cohort has begun since, or would have.
    """
    cohort = locked_open_cohort(shift.cohort, by=by, at=at)
    shift = Shift.objects.select_for_update(of=("self",)).get(pk=shift.pk)
    if shift.applied_at is None or shift.undone_at is not None:
        raise ShiftError("This is undone already.")
    before, start = shift.start_before, cohort.starts_on
    if before is not None and cohort.starts_on == before + timedelta(days=shift.days):
        if cohort.starts_on <= cohort.today(at):
            raise ShiftError(
                f"{cohort} has begun since, so its start stays. Shift due dates by days instead."
            )
        start = before
    kept: list[int] = []
    changes = list(shift.changes.filter(undone_at=None).order_by("group"))
    for batch in batched(changes, _BATCH):
        locked_groups([row.group_id for row in batch])
        items: dict[int, dict[str, PlanItem]] = defaultdict(dict)
        for item in PlanItem.objects.filter(group__in=[row.group_id for row in batch]):
            items[item.group_id][str(item.milestone_id)] = item
        back: dict[int, PlanChange] = {}
        moved: list[PlanItem] = []
        for row in batch:
            own = items[row.group_id]
            if any(pk not in own or str(own[pk].due_on) != after for pk, (_, after) in row.days.items()):
                kept.append(row.group_id)
                continue
            back[row.group_id] = row
            moved += [_moved(own[pk], date.fromisoformat(before)) for pk, (before, _) in row.days.items()]
            row.undone_by, row.undone_at = by, at
        PlanItem.objects.bulk_update(moved, ["due_on"], batch_size=_BATCH)
        PlanChange.objects.bulk_update(back.values(), ["undone_by", "undone_at"])
        _touch(back, by, at)
        tell_each("dates_changed", [{"group": group} for group in back], by=by, at=at)
    if start != cohort.starts_on:
        _begin(cohort, start, by=by, at=at)
    if shift.pause_id:
        cohort.pauses.filter(pk=shift.pause_id).delete()
    shift.pause, shift.undone_by, shift.undone_at = None, by, at
    shift.save()
    return list(Group.objects.filter(pk__in=kept).in_order())


def _begin(cohort: Cohort, on: date, *, by: User, at: datetime) -> None:
    """Let the cohort begin on that day, and everybody who begins with it.

    Raises:
        ShiftError: that day is over.
    """
    if on < cohort.today(at):
        raise ShiftError(f"{cohort} would have begun on {full_day(on)}. Choose fewer days.")
    if cohort.closed_on is not None and cohort.closed_on < on:
        raise ShiftError(f"{cohort} would begin after it is closed, on {full_day(cohort.closed_on)}.")
    with_it = {"started_on": cohort.starts_on, "ended_on": None}
    stays = Membership.objects.filter(group__cohort=cohort, **with_it)
    others = Membership.objects.filter(enrolment=OuterRef("pk")).exclude(**with_it)
    enrolments = Enrolment.objects.filter(~Exists(others), cohort=cohort, **with_it)
    locked_enrolments(set(enrolments.values_list("pk", flat=True)))
    rows = [*enrolments, *stays.filter(enrolment__in=enrolments)]
    rows += Mentorship.objects.filter(group__cohort=cohort, **with_it)
    correct_starts(starts=dict.fromkeys(rows, on), by=by, at=at)
    cohort.starts_on = on
    cohort.touch(by=by, at=at)
    cohort.save()


def _moved(item: PlanItem, day: date) -> PlanItem:
    item.due_on = day
    return item


def _touch(groups: Collection[int], by: User, at: datetime) -> None:
    """Whoever has the plan open sees that it was changed."""
    Group.objects.filter(pk__in=groups).update(version=F("version") + 1, changed_by=by, changed_at=at)


def _check_years(cohort: Cohort, changes: Mapping[int, Collection[tuple[PlanItem, date, date]]]) -> None:
    for own in changes.values():
        for item, _, after in own:
            if abs(after - cohort.starts_on) > _TWO_YEARS:
                raise ShiftError(
                    f"{item.milestone} would be due on {full_day(after)}, more than two years from the start."
                )
