"""Move due dates of many groups at once: because a pause is put in, or because the start of the cohort moves.

A date that is as in the calendar follows the calendar; a group's own one moves as far. Earlier due dates stay, as
changes of the plans.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from courses.calendar import due_dates
from courses.models import Cohort, Milestone, Pause
from groups.actions.correcting import correct_starts
from groups.actions.locking import locked_enrolments, locked_groups, locked_open_cohort
from groups.actions.plan import change_plans, undo_plan_changes
from groups.models import Enrolment, Group, Membership, Mentorship, PlanChange, PlanItem
from lib.days import full_day
from lib.refusals import Refused
from lib.weeks import Period, Week, after_pause
from people.models import User

# Due dates further from the cohort's start are typing errors.
_TWO_YEARS = timedelta(days=731)

# An item of a plan, its day and the one to come.
type Moved = tuple[PlanItem, date, date]


def moved_by_pause(cohort: Cohort, starts_on: date, ends_on: date) -> dict[int, list[Moved]]:
    """Return the due dates that a break would move, by the id of the group.

    Own dates from the first week on that is no longer taught move by as many weeks, and none into the pause.

    Raises:
        Refused: it overlaps another pause, or a date would be more than two years from the cohort's start.
    """
    other = cohort.pauses.overlapping(starts_on, ends_on).first()
    if other is not None:
        raise Refused(
            f"This overlaps “{other}”, {other.starts_on:%-d %B} to {full_day(other.ends_on)}. Remove that one first."
        )
    before = cohort.pause_periods
    after = [*before, Period(starts_on, ends_on)]
    lost: list[Week] = []
    week = Week.of(starts_on)
    while week.starts_on <= ends_on:
        if week.is_paused(after) and not week.is_paused(before):
            lost.append(week)
        week = week.next()

    def own(day: date) -> date:
        moved = day + timedelta(weeks=len(lost)) if lost and day >= lost[0].starts_on else day
        return after_pause(moved, after) or moved

    return _moved(cohort, cohort.starts_on, after, own)


def moved_by_start(cohort: Cohort, starts_on: date) -> dict[int, list[Moved]]:
    """Return the due dates that another start would move, by the id of the group. Breaks stay on their days.

    Raises:
        Refused: a date would be more than two years from the start.
    """
    pauses = cohort.pause_periods
    by = starts_on - cohort.starts_on
    return _moved(cohort, starts_on, pauses, lambda day: day + by)


def _moved(
    cohort: Cohort, starts_on: date, pauses: Sequence[Period], own: Callable[[date], date]
) -> dict[int, list[Moved]]:
    weeks = dict(Milestone.objects.filter(course=cohort.course_id).values_list("pk", "week"))
    before = due_dates(cohort.starts_on, cohort.pause_periods, weeks)
    after = due_dates(starts_on, pauses, weeks)
    moved: dict[int, list[Moved]] = defaultdict(list)
    items = PlanItem.objects.filter(group__cohort=cohort).exclude(due_on=None).select_related("milestone")
    for item in items.in_order():
        day = item.due_on
        assert day is not None  # noqa: S101
        is_as_calendar = day == before.get(item.milestone_id)
        then = (after.get(item.milestone_id) or day) if is_as_calendar else own(day)
        if then == day:
            continue
        if abs(then - starts_on) > _TWO_YEARS:
            raise Refused(
                f"{item.milestone} would be due on {full_day(then)}, more than two years from the start."
            )
        moved[item.group_id].append((item, day, then))
    return moved


@transaction.atomic
def add_pause(
    *,
    cohort: Cohort,
    title: str,
    starts_on: date,
    ends_on: date,
    groups: Collection[int],
    by: User,
    at: datetime,
) -> Pause:
    """Put a pause in, and move what is due after it in these groups, which are told. 403 in a closed cohort.

    Raises:
        Refused: as for `moved_by_pause`.
    """
    cohort = locked_open_cohort(cohort, by=by, at=at)
    locked_groups(groups)
    moved = moved_by_pause(cohort, starts_on, ends_on)
    pause = Pause.objects.create(cohort=cohort, title=title, starts_on=starts_on, ends_on=ends_on)
    chosen = {group: own for group, own in moved.items() if group in set(groups)}
    _move(chosen, reason=title or "Break", pause=pause, by=by, at=at)
    return pause


@transaction.atomic
def remove_pause(*, pause: Pause, by: User, at: datetime) -> list[Group]:
    """Take a pause out, and give the groups whose dates it moved their days before. 403 in a closed cohort.

    Return the groups that changed a day of it since: their plans stay as they are.

    Raises:
        Refused: it is removed already.
    """
    cohort = locked_open_cohort(pause.cohort, by=by, at=at)
    changes = list(PlanChange.objects.filter(pause=pause.pk, undone_at=None))
    count, _ = cohort.pauses.filter(pk=pause.pk).delete()
    if not count:
        raise Refused("This break was already removed.")
    return undo_plan_changes(changes=changes, by=by, at=at)


@transaction.atomic
def move_start(*, cohort: Cohort, starts_on: date, reason: str, by: User, at: datetime) -> Cohort:
    """Let a cohort that has not begun begin on another day, with all plans and everybody who begins with it.

    403 in a closed cohort.

    Raises:
        Refused: the cohort has begun, or would begin before today or after it is closed; a date would be more than
            two years from the start.
    """
    cohort = locked_open_cohort(cohort, by=by, at=at)
    locked_groups(cohort.groups.values_list("pk", flat=True))
    _move(moved_by_start(cohort, starts_on), reason=reason, by=by, at=at)
    _begin(cohort, starts_on, by=by, at=at)
    return cohort


@transaction.atomic
def undo_move_of_start(
    *, cohort: Cohort, before: date, after: date, moved_at: datetime, by: User, at: datetime
) -> list[Group]:
    """Give a cohort its start before, with those who begin with it, and the groups the days that they had.

    Return the groups that changed a day of it since. Their plans stay as they are. 403 in a closed cohort.

    Raises:
        Refused: its start was changed since; otherwise as for `move_start`.
    """
    cohort = locked_open_cohort(cohort, by=by, at=at)
    if cohort.starts_on != after:
        raise Refused(f"The start of {cohort} has changed since, so this cannot be undone.")
    changes = PlanChange.objects.filter(group__cohort=cohort, made_at=moved_at, pause=None, undone_at=None)
    kept = undo_plan_changes(changes=changes, by=by, at=at)
    _begin(cohort, before, by=by, at=at)
    return kept


def _begin(cohort: Cohort, on: date, *, by: User, at: datetime) -> None:
    today = cohort.today(at)
    if cohort.starts_on <= today:
        raise Refused(f"{cohort} has started, so its start stays.")
    if on < today:
        raise Refused(f"{full_day(on)} is over. Choose today or a later day.")
    if cohort.closed_on is not None and cohort.closed_on < on:
        raise Refused(f"{cohort} would begin after it is closed, on {full_day(cohort.closed_on)}.")
    stays = Membership.objects.since(cohort.starts_on).filter(group__cohort=cohort)
    others = Membership.objects.filter(enrolment=OuterRef("pk")).exclude(pk__in=stays)
    enrolments = cohort.enrolments.since(cohort.starts_on).filter(~Exists(others))
    locked_enrolments(set(enrolments.values_list("pk", flat=True)))
    rows: list[Enrolment | Membership | Mentorship] = [*enrolments, *stays.filter(enrolment__in=enrolments)]
    rows += Mentorship.objects.since(cohort.starts_on).filter(group__cohort=cohort)
    correct_starts(starts=dict.fromkeys(rows, on), by=by, at=at)
    cohort.starts_on = on
    cohort.touch(by=by, at=at)
    cohort.save()


def _move(
    moved: dict[int, list[Moved]], *, reason: str, by: User, at: datetime, pause: Pause | None = None
) -> None:
    days = {
        group: {str(item.milestone_id): [day.isoformat(), then.isoformat()] for item, day, then in own}
        for group, own in moved.items()
    }
    change_plans(days=days, reason=reason, pause=pause, by=by, at=at)
