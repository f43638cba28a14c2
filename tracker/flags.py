"""The nightly pass: which rules of standing hold of which student and group, written down from when until when.

Standing itself is worked out when somebody looks; flags are the record of it, by which one sees how often a rule was
right. See docs/decisions/0037.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from courses.models import Cohort
from tracker.dashboards.board.standings import live_snapshots
from tracker.models import Flag, FlagCount, GroupSnapshot, StudentSnapshot
from tracker.standing import ReasonCode

_BATCH = 1_000
_NO_FLAGS = frozenset({ReasonCode.SPREAD, ReasonCode.HELP_ANSWERED})

# The student, or else the group, and the rule.
type _Key = tuple[int | None, int | None, str]


def record_due_flags(now: datetime) -> str:
    """Record the flags of every cohort under way of whose day there is no record yet, and end those of the others."""
    running = Cohort.objects.current().open(now.date()).filter(starts_on__lte=now.date())
    # No night of a cohort whose day has begun elsewhere is lost: the next round finds it.
    Flag.objects.open().filter(started_on__lt=now.date()).exclude(group__cohort__in=running).update(
        ended_on=now.date()
    )
    recorded = dict(
        FlagCount.objects.filter(cohort__in=running).values_list("cohort").annotate(last=Max("day"))
    )
    due = [
        cohort
        for cohort in running.select_related("course").order_by("pk")
        if recorded.get(cohort.pk, date.min) < cohort.today(now)
    ]
    count = sum(record_flags(cohort, now) for cohort in due)
    return f"{count} cohorts" if count else ""


def record_flags(cohort: Cohort, now: datetime) -> bool:
    """Open and end the flags of a cohort, once a day: False if its day is on record.

    What nobody saw is not made up. After nights without a worker, what held before and holds now went on; what no
    longer holds ended today; what came and went in between is not known.
    """
    day = cohort.today(now)
    students, groups = live_snapshots(cohort, now)
    with transaction.atomic():
        # Of two workers, the second finds what the first recorded.
        Cohort.objects.select_for_update(of=("self",), no_key=True).get(pk=cohort.pk)
        if FlagCount.objects.filter(cohort=cohort, day__gte=day).exists():
            return False
        before = {_key(flag): flag.pk for flag in Flag.objects.open().filter(group__cohort=cohort)}
        held = {_key(flag): flag for flag in _held(students, groups, day, before.keys())}
        over = [pk for key, pk in before.items() if key not in held]
        Flag.objects.filter(pk__in=over).update(ended_on=day)
        Flag.objects.bulk_create((flag for key, flag in held.items() if key not in before), _BATCH)
        FlagCount.objects.create(
            cohort=cohort,
            day=day,
            students=sum(row.is_active for row in students),
            flagged_students=sum(row.is_active and row.is_flagged for row in students),
            groups=sum(row.has_members for row in groups),
            flagged_groups=sum(row.has_members and row.is_flagged for row in groups),
        )
    return True


def _held(
    students: Iterable[StudentSnapshot], groups: Iterable[GroupSnapshot], day: date, before: Collection[_Key]
) -> Iterator[Flag]:
    """Yield what holds now. Of who is put aside nothing begins, and what had begun goes on."""
    for row in students:
        for rule, *_ in row.reasons:
            flag = Flag(group=row.group, enrolment=row.enrolment, rule=rule, started_on=day)
            # How far the members are apart is one flag, of the group. Help that was answered is not one at all.
            if rule not in _NO_FLAGS and (row.is_flagged or _key(flag) in before):
                yield flag
    for group in groups:
        for rule, *_ in group.reasons:
            yield Flag(group=group.group, rule=rule, started_on=day)


def _key(flag: Flag) -> _Key:
    return flag.enrolment_id, None if flag.enrolment_id else flag.group_id, flag.rule
