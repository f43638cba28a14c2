"""What became of attention in a cohort: the share flagged, night by night, and how often each rule was right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from courses.models import Cohort
from groups.relations import relations_of
from lib.weeks import Week
from people.models import User
from tracker.dashboards.board.standings import cohort_standings
from tracker.dashboards.ended_flags import EndedFlag, ended_flags
from tracker.models import Flag, FlagCount
from tracker.standing import FlaggedShare, ReasonCode

# Of fewer verdicts there is no share: the fewest students of whom the trends say something too.
FEWEST_VERDICTS = 5
_WEEKS = 12
_PAGE = 25


@dataclass(frozen=True, slots=True)
class FlaggedWeek:
    """The shares flagged in a week in percent, over its nights on record."""

    week: Week
    nights: int
    students: int
    groups: int


@dataclass(frozen=True, slots=True)
class RuleRecord:
    rule: ReasonCode
    flags: int
    open: int
    judged: int
    helpful: int

    @property
    def right(self) -> int | None:
        """Percent of the verdicts that say helpful; None of too few."""
        return round(100 * self.helpful / self.judged) if self.judged >= FEWEST_VERDICTS else None


@dataclass(frozen=True, slots=True)
class FlagList:
    """`rules` are of all cohorts of the course, the rest is of this one. What is about the reader is left out."""

    cohort: Cohort
    students: FlaggedShare
    groups: int
    flagged_groups: int
    weeks: tuple[FlaggedWeek, ...]
    rules: tuple[RuleRecord, ...]
    flags: Page[EndedFlag]
    fewest: int = FEWEST_VERDICTS


def flag_list_page(*, cohort: Cohort, reader: User, now: datetime, page: str | None) -> FlagList:
    standings = cohort_standings(cohort, text="", now=now)
    about_others = Flag.objects.not_about(reader, relations_of(reader, now).study_groups)
    flags = (
        about_others.filter(group__cohort=cohort)
        .exclude(ended_on=None)
        .select_related("enrolment__person", "group", "verdict_by")
        .order_by("-ended_on", "-pk")
    )
    shown: Page[Any] = Paginator(flags, _PAGE).get_page(page)
    rows = list(shown.object_list)
    for flag in rows:
        flag.group.cohort = cohort
    shown.object_list = ended_flags(rows, now)
    of_course = about_others.filter(group__cohort__course=cohort.course_id, group__cohort__archived_at=None)
    return FlagList(
        cohort=cohort,
        students=standings.share,
        groups=sum(counters.has_members for counters in standings.counters.values()),
        flagged_groups=len(standings.flagged_groups),
        weeks=tuple(_weeks(cohort, cohort.today(now))),
        rules=tuple(
            RuleRecord(ReasonCode(rule), *counts)
            for rule, *counts in of_course.order_by("rule")
            .values("rule")
            .annotate(
                flags=Count("pk"),
                open=Count("pk", filter=Q(ended_on=None)),
                judged=Count("pk", filter=~Q(verdict="")),
                helpful=Count("pk", filter=Q(verdict=Flag.Verdict.HELPFUL)),
            )
            .values_list("rule", "flags", "open", "judged", "helpful")
        ),
        flags=shown,
    )


def _weeks(cohort: Cohort, today: date) -> Iterator[FlaggedWeek]:
    """Yield the last weeks of which a night is on record, the latest first."""
    since = Week.of(today).starts_on - (_WEEKS - 1) * timedelta(days=7)
    nights = FlagCount.objects.filter(cohort=cohort, day__gte=since).order_by("-day")
    for week, of_week in groupby(nights, key=lambda night: Week.of(night.day)):
        counted = list(of_week)
        yield FlaggedWeek(
            week=week,
            nights=len(counted),
            students=_percent(
                sum(night.flagged_students for night in counted), sum(night.students for night in counted)
            ),
            groups=_percent(
                sum(night.flagged_groups for night in counted), sum(night.groups for night in counted)
            ),
        )


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
