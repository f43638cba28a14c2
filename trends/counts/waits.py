"""Times of questions to their first answer, and those that are open today.

A question counts once, when it was first asked. A duplicate counts for its original.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Q, StringAgg, TextField, Value
from django.db.models.functions import Cast

from lib.days import age_label
from trends.counts.view import TrendView
from trends.figures import Span


@dataclass(slots=True)
class QuestionCounts:
    """Questions of one milestone, or of all, by the minutes within which they were answered.

    `undated` were answered, but nobody knows when, or when they were asked: they are left out of the times.
    """

    answered: Counter[int] = field(default_factory=Counter)
    undated: int = 0
    unanswered: int = 0

    def include(self, other: "QuestionCounts") -> None:
        self.answered.update(other.answered)
        self.undated += other.undated
        self.unanswered += other.unanswered


@dataclass(frozen=True, slots=True)
class QuestionWaits:
    """`open_count` are those open today, whenever they were asked; `oldest_age` is that of the first of them."""

    by_milestone: dict[int | None, QuestionCounts]
    all: QuestionCounts
    open_count: int
    oldest_age: str


def question_waits(view: TrendView) -> QuestionWaits:
    """Count the questions of the view by milestone, and those open today."""
    within = asked_within(view.span, {run.cohort_id: view.zones[run.cohort_id] for run in view.chosen})
    by_milestone: dict[int | None, QuestionCounts] = {}
    everything = QuestionCounts()
    asked = view.questions().filter(within).order_by()
    is_undated = Q(is_answer_undated=True) | Q(is_undated=True, answered_within__isnull=False)
    # A row a milestone: a row for each number of minutes would take most of the page of a large course.
    counted = asked.values_list("milestone").annotate(
        minutes=StringAgg(Cast("answered_within", TextField()), Value(","), filter=~is_undated),
        undated=Count("pk", filter=is_undated),
        unanswered=Count("pk", filter=~is_undated & Q(answered_within=None)),
    )
    for milestone, minutes, undated, unanswered in counted:
        answered = Counter(map(int, minutes.split(","))) if minutes else Counter[int]()
        by_milestone[milestone] = QuestionCounts(answered, undated, unanswered)
    for counts in by_milestone.values():
        everything.include(counts)
    of_zones = view.open_questions().order_by().values("cohort__time_zone")
    waiting = of_zones.annotate(count=Count("pk"), oldest_at=Min("asked_at", filter=Q(is_undated=False)))
    ages = [(row["oldest_at"], row["cohort__time_zone"]) for row in waiting if row["oldest_at"]]
    asked_at, time_zone = min(ages, default=(None, ""))
    return QuestionWaits(
        by_milestone,
        everything,
        sum(row["count"] for row in waiting),
        age_label(asked_at, view.now, time_zone) if asked_at else "",
    )


def milestones_asked_about(view: TrendView, waits: QuestionWaits) -> list[tuple[int | None, str]]:
    milestones: list[tuple[int | None, str]] = [*view.milestones.items(), (None, "No milestone")]
    return [row for row in milestones if row[0] in waits.by_milestone]


def asked_within(span: Span, zones: Mapping[int, str]) -> Q:
    """A question of one of these cohorts was first asked in the weeks of its own time zone."""
    if span == Span():
        return Q()
    by_zone: dict[str, list[int]] = {}
    for cohort_id, zone in zones.items():
        by_zone.setdefault(zone, []).append(cohort_id)
    within = Q(pk__in=[])
    for zone, cohorts in by_zone.items():
        moments = Q(cohort__in=cohorts, is_undated=False)
        if span.first:
            moments &= Q(asked_at__gte=datetime.combine(span.first, time(), ZoneInfo(zone)))
        if span.ends_before:
            moments &= Q(asked_at__lt=datetime.combine(span.ends_before, time(), ZoneInfo(zone)))
        within |= moments
    return within
