"""The hours that students spent on a milestone beside those planned: of five students on, of whole cohorts only."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from tracker.models import Progress
from trends.figures import FEWEST_STUDENTS, percentile

# A milestone whose median passes the plan by so much takes longer than planned.
_LONGER = Decimal("1.25")


@dataclass(frozen=True, slots=True)
class HoursSpent:
    """Of the students who finished a milestone and noted hours: the median, and between what half of them spent."""

    planned: Decimal | None
    students: int
    lower: float
    median: float
    upper: float

    @property
    def takes_longer(self) -> bool:
        return bool(self.planned) and self.median >= float((self.planned or 0) * _LONGER)


def hours_spent(cohorts: Collection[int] | QuerySet[Any]) -> dict[int, HoursSpent]:
    """Return the hours by milestone, where at least FEWEST_STUDENTS noted some. One query.

    It counts how many noted the same hours, so that its rows are few however many students there are.
    """
    done = Progress.objects.filter(enrolment__cohort__in=cohorts, state=Progress.State.DONE, hours__gt=0)
    counted = done.order_by().values("milestone", "hours").annotate(students=Count("pk"))
    planned: dict[int, Decimal | None] = {}
    minutes: dict[int, Counter[int]] = defaultdict(Counter)
    for milestone, hours, students, plan in counted.values_list(
        "milestone", "hours", "students", "milestone__planned_hours"
    ):
        planned[milestone] = plan
        minutes[milestone][round((hours or 0) * 60)] += students
    return {
        milestone: HoursSpent(planned[milestone], spent.total(), *(_hours(spent, n / 4) for n in (1, 2, 3)))
        for milestone, spent in minutes.items()
        if spent.total() >= FEWEST_STUDENTS
    }


def _hours(minutes: Counter[int], share: float) -> float:
    return (percentile(minutes, share) or 0) / 60
