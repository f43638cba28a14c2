"""Flags that have ended: who dealt with them says in one tap whether they were worth a look."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from courses.models import Cohort
from groups.relations import relations_of
from lib.days import day_range_label
from people.models import User
from tracker.models import Flag
from tracker.models.flag import OF_COURSE_ADMINS, FlagQuerySet

# A few, and for a few days: who does not care to say is left in peace.
_SHOWN = 3
_DAYS = timedelta(days=7)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EndedFlag:
    """`days` are those on which it held: "Mon 7 to Wed 9 September"."""

    flag: Flag
    days: str

    @property
    def about(self) -> str:
        return str(self.flag.enrolment.person if self.flag.enrolment else self.flag.group)


def for_mentor(mentor: User, group_ids: Collection[int], now: datetime) -> list[EndedFlag]:
    flags = _to_judge(mentor, now).filter(group__in=group_ids)
    return ended_flags(flags.exclude(rule__in=OF_COURSE_ADMINS)[:_SHOWN], now)


def for_course_admin(cohort: Cohort, reader: User, now: datetime) -> list[EndedFlag]:
    flags = _to_judge(reader, now).filter(group__cohort=cohort)
    return ended_flags(flags.filter(rule__in=OF_COURSE_ADMINS)[:_SHOWN], now)


def _to_judge(reader: User, now: datetime) -> FlagQuerySet:
    own_groups = relations_of(reader, now).study_groups
    return Flag.objects.to_judge(since=now.date() - _DAYS, reader=reader, own_groups=own_groups)


def ended_flags(flags: Iterable[Flag], now: datetime) -> list[EndedFlag]:
    return [EndedFlag(flag, _days(flag, flag.group.cohort.today(now))) for flag in flags]


def _days(flag: Flag, today: date) -> str:
    last = flag.ended_on - _DAY if flag.ended_on else today
    return day_range_label(flag.started_on, last, today)
