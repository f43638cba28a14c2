"""When students were at milestones: who stands below the line of a rate, and whose asks stand above it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Case, Count, F, QuerySet, When

from groups.group_days import GroupDays
from groups.models import Membership
from lib.weeks import monday_of
from tracker.models import Progress
from tracker.models.progress import ProgressQuerySet
from trends.figures import Stay

_DAYS = ("begun_on", "finished_on", "enrolment__started_on", "enrolment__ended_on")
_EVER = ((date.min, date.max),)


# A cohort, a milestone, when students were at it, and how many.
type CountedStay = tuple[int, int, Stay, int]


def count_stays(progress: ProgressQuerySet) -> Iterator[CountedStay]:
    """Count the students whose progress this is. One query."""
    rows = _begun(progress).values_list("enrolment__cohort", "milestone", *_DAYS)
    for cohort, milestone, *days, students in rows.annotate(count=Count("*")):
        yield cohort, milestone, _stay(*days), students


def stay_in_cohort(enrolled_on: date, ended_on: date | None) -> Stay:
    return _stay(enrolled_on, None, enrolled_on, ended_on)


class Stays:
    """When each student with one of these memberships was at each milestone. Two queries.

    Args:
        groups: only the weeks in one of these groups count. What nobody dated was in the first one.
        milestones: only these are read.
    """

    def __init__(
        self,
        memberships: QuerySet[Membership],
        groups: Collection[int] | None = None,
        milestones: Collection[int] | None = None,
    ) -> None:
        students = memberships.order_by().values("enrolment")
        days = GroupDays(Membership.objects.filter(enrolment__in=students))
        self._all: list[CountedStay] = []
        self._in_group: dict[tuple[int, int], dict[int, Stay]] = defaultdict(dict)
        progress = Progress.objects.filter(enrolment__in=students)
        rows = _begun(progress if milestones is None else progress.filter(milestone__in=milestones))
        for enrolment, cohort, milestone, begun_on, finished_on, enrolled_on, ended_on in rows.values_list(
            "enrolment", "enrolment__cohort", "milestone", *_DAYS
        ):
            spans: Iterable[tuple[date, date]] = _EVER
            if groups is not None:
                spans = [
                    (first, last)
                    for n, (group, first, last) in enumerate(days.spans(enrolment))
                    if group in groups and (begun_on or not n)
                ]
            stay = _stay(begun_on, finished_on, enrolled_on, ended_on, spans)
            if stay.weeks:
                self._all.append((cohort, milestone, stay, 1))
                for group in days.groups_of(enrolment):
                    self._in_group[group, milestone][enrolment] = stay

    def __iter__(self) -> Iterator[CountedStay]:
        return iter(self._all)

    def of_ask(self, enrolment: int | None, group: int, milestone: int) -> Stay | None:
        """When who asked was at the milestone; None if they were not, or if nobody knows who it was.

        Somebody of a group is one of those who were at it, unless it may have been one without dates.
        """
        stays = self._in_group.get((group, milestone), {})
        if enrolment is not None:
            return stays.get(enrolment)
        if not stays or not all(stay.is_dated for stay in stays.values()):
            return None
        return Stay(True, tuple(sorted({weeks for stay in stays.values() for weeks in stay.weeks}, key=str)))


def _begun(progress: ProgressQuerySet) -> ProgressQuerySet:
    """Annotate `begun_on`, None if nobody knows when."""
    begun_on = Case(When(state_since=None, then=None), default=F("started_on"))
    return progress.filter(state__in=Progress.BEGUN).annotate(begun_on=begun_on).order_by()


def _stay(
    begun_on: date | None,
    finished_on: date | None,
    enrolled_on: date,
    ended_on: date | None,
    spans: Iterable[tuple[date, date]] = _EVER,
) -> Stay:
    """Return the weeks within these spans, until the milestone was done, or the student left if that was earlier."""
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
