"""Flags of the demo: of the cohort under way what the nightly pass records while the story is told."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from django.db.models import prefetch_related_objects

from demo.events import DemoEvent
from demo.records import DemoRun
from tracker.flags import record_flags
from tracker.models import Flag, FlagCount
from tracker.models.flag import OF_COURSE_ADMINS

_DAY = timedelta(days=1)


def nightly_events(run: DemoRun) -> Iterator[DemoEvent]:
    day = run.days.starts_on
    while day <= run.days.today:
        at = datetime.combine(day, time(0, 1), run.days.zone)
        yield DemoEvent(at, partial(record_flags, run.cohort, at))
        day += _DAY


def flag_events(run: DemoRun, content: dict[str, Any]) -> Iterator[DemoEvent]:
    """Flags of a cohort that is over, and the verdict on each in the morning after its end."""
    if run.cohort.closed_on is not None:
        at = datetime.combine(run.cohort.closed_on, time(9, 30), run.days.zone)
        yield DemoEvent(at, partial(_record, run, content["flags"]))


def _record(run: DemoRun, rows: list[list[str]]) -> None:
    prefetch_related_objects(list(run.groups.values()), "mentorships__person")
    flags = Flag.objects.bulk_create(_flag(run, *row) for row in rows)
    nights = (run.cohort.closed_on or run.days.starts_on) - run.days.starts_on
    FlagCount.objects.bulk_create(
        _night(run, run.days.starts_on + number * _DAY, flags) for number in range(nights.days)
    )


def _flag(run: DemoRun, group: str, student: str, rule: str, first: str, last: str, verdict: str) -> Flag:
    ended_on = run.days.day(last)
    mentors = [each for each in run.groups[group].mentorships.all() if each.is_open(ended_on)]
    return Flag(
        group=run.groups[group],
        enrolment=run.enrolments[student] if student else None,
        rule=rule,
        started_on=run.days.day(first),
        ended_on=ended_on,
        verdict=verdict,
        verdict_by=mentors[0].person if mentors and rule not in OF_COURSE_ADMINS else run.demo.admin,
        verdict_at=datetime.combine(ended_on, time(9, 30), run.days.zone),
    )


def _night(run: DemoRun, day: date, flags: list[Flag]) -> FlagCount:
    on = [flag for flag in flags if flag.started_on <= day and flag.ended_on and day < flag.ended_on]
    return FlagCount(
        cohort=run.cohort,
        day=day,
        students=len(run.enrolments),
        flagged_students=len({flag.enrolment_id for flag in on if flag.enrolment_id}),
        groups=len(run.groups),
        flagged_groups=len({flag.group_id for flag in on if not flag.enrolment_id}),
    )
