"""Stays of students at milestones, which give a rate its denominator, and its numerator their asks."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from django.db.models import Case, CharField, Count, QuerySet, When
from django.db.models.functions import Cast

from groups.group_days import GroupDays
from groups.models import Membership
from lib.weeks import monday_of
from tracker.models import Progress
from tracker.models.progress import ProgressQuerySet
from trends.figures import Stay

_COHORT_AND_DAYS = ("enrolment__cohort", "begun", "finished", "enrolled", "left")

type _Spans = tuple[tuple[date, date], ...]
_EVER: _Spans = ((date.min, date.max),)
# A cohort; the days on which a milestone was begun and finished, and on which the student enrolled and left, as text.
type _Row = tuple[int, str | None, str | None, str, str | None]
# A cohort, a milestone, when students were at it, and how many.
type CountedStay = tuple[int, int, Stay, int]


def count_stays(progress: ProgressQuerySet) -> Iterator[CountedStay]:
    """Count the students whose progress this is."""
    rows = _with_days(progress).values_list("milestone", *_COHORT_AND_DAYS)
    for milestone, cohort, *days, students in rows.annotate(count=Count("*")):
        yield cohort, milestone, _stay(*days), students


def stay_in_cohort(enrolled_on: date, ended_on: date | None) -> Stay:
    since = enrolled_on.isoformat()
    return _stay(since, None, since, ended_on.isoformat() if ended_on else None)


class Stays:
    """The stays of students at milestones by progress, for asks that do not say.

    Args:
        groups: only the weeks in one of these groups count. Undated rows were in the first one.
    """

    def __init__(self, progress: ProgressQuerySet, groups: Collection[int] | None = None) -> None:
        self._progress, self._groups = progress, groups
        rows = _with_days(progress).values_list("enrolment", "milestone", *_COHORT_AND_DAYS)
        self._rows: dict[tuple[int, int], _Row] = {row[:2]: row[2:] for row in rows}

    def __iter__(self) -> Iterator[CountedStay]:
        if self._groups is None:
            alike = Counter((milestone, row) for (_, milestone), row in self._rows.items())
            for (milestone, (cohort, *days)), students in alike.items():
                yield cohort, milestone, _stay(*days), students
            return
        for enrolment, milestone in self._rows:
            if stay := self._of(enrolment, milestone):
                yield self._rows[enrolment, milestone][0], milestone, stay, 1

    def of_ask(self, enrolment: int | None, group: int, milestone: int) -> Stay | None:
        """Return the asker's stay at the milestone; None if there is none, or if nobody knows who asked.

        Somebody of a group is one of those who were at it, unless it may have been one without dates.
        """
        if enrolment is not None:
            return self._of(enrolment, milestone)
        stays = self._in_groups.get((group, milestone), [])
        if not stays or not all(stay.is_dated for stay in stays):
            return None
        every = {weeks for stay in stays for weeks in stay.weeks}
        return Stay(True, tuple(sorted(every, key=lambda weeks: (weeks[0], weeks[1] or date.max))))

    def _of(self, enrolment: int, milestone: int) -> Stay | None:
        row = self._rows.get((enrolment, milestone))
        if row is None:
            return None
        _, begun, *_ = row
        spans = _EVER
        if self._groups is not None:
            spans = tuple(
                (first, last)
                for n, (group, first, last) in enumerate(self._group_days.spans(enrolment))
                if group in self._groups and (begun or not n)
            )
        stay = _stay(*row[1:], spans)
        return stay if stay.weeks else None

    @cached_property
    def _group_days(self) -> GroupDays:
        students = self._progress.order_by().values("enrolment")
        return GroupDays(Membership.objects.filter(enrolment__in=students))

    @cached_property
    def _in_groups(self) -> dict[tuple[int, int], list[Stay]]:
        """By group and milestone, of all who were ever in the group."""
        in_groups: dict[tuple[int, int], list[Stay]] = defaultdict(list)
        for enrolment, milestone in self._rows:
            if stay := self._of(enrolment, milestone):
                for group in self._group_days.groups_of(enrolment):
                    in_groups[group, milestone].append(stay)
        return in_groups


def _with_days(progress: ProgressQuerySet) -> QuerySet[Progress, Any]:
    """Annotate the days as text, `begun` with None if nobody knows when.

    Many students have the same days: making dates of those of each would take half of the time of the page.
    """
    begun = Case(When(state_since=None, then=None), default=_text("started_on"))
    return (
        progress.filter(state__in=Progress.BEGUN)
        .annotate(
            begun=begun,
            finished=_text("finished_on"),
            enrolled=_text("enrolment__started_on"),
            left=_text("enrolment__ended_on"),
        )
        .order_by()
    )


def _text(day: str) -> Cast:
    return Cast(day, CharField())


@lru_cache(maxsize=20_000)
def _stay(
    begun: str | None,
    finished: str | None,
    enrolled: str,
    left: str | None,
    spans: _Spans = _EVER,
) -> Stay:
    """Return the weeks within these spans, until the milestone was done, or the student left if that was earlier."""
    begun_on, finished_on, ended_on = (day and date.fromisoformat(day) for day in (begun, finished, left))
    enrolled_on = date.fromisoformat(enrolled)
    last_on = ended_on - timedelta(days=1) if ended_on else date.max
    if begun_on and finished_on:
        last_on = min(last_on, finished_on)
    weeks = []
    for first, last in spans:
        first, last = max(begun_on or enrolled_on, first), min(last_on, last)
        if first <= last:
            # GroupDays has a last day of the last year for who is still there.
            weeks.append((monday_of(first), None if last.year == date.max.year else monday_of(last)))
    return Stay(begun_on is not None, tuple(weeks))
