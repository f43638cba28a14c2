"""How long questions wait: times to the first answer, what is open today, and what is unclear, wrong or waits.

A question counts once, when it was first asked. A duplicate counts for its original.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, IntegerField, Q, Value, When

from questions.models import Question
from trends.counts.view import TrendView
from trends.figures import Span
from trends.forms.filters import Lack

# Perhaps the material lacks the answer to a question that waits for so long: somebody would have pointed to it. Whether
# people keep what they promised is told on the board.
TOO_LONG = timedelta(days=3)
# The first day of each older bucket of open questions.
AGES = (1, 3, 7, 14, 28)
OLDEST_SHOWN = 5


@dataclass(slots=True)
class QuestionCounts:
    """Questions of one milestone, or of all: by the step within which they were answered, and by what they lack.

    `undated` were answered, but nobody knows when, or when they were asked: they are left out of the times.
    `lacks` counts a question under each reason, and once under ANY.
    """

    answered: Counter[int] = field(default_factory=Counter)
    undated: int = 0
    unanswered: int = 0
    lacks: Counter[Lack] = field(default_factory=Counter)

    def include(self, other: "QuestionCounts") -> None:
        self.answered.update(other.answered)
        self.undated += other.undated
        self.unanswered += other.unanswered
        self.lacks.update(other.lacks)

    @property
    def count(self) -> int:
        return self.answered.total() + self.undated + self.unanswered


@dataclass(frozen=True, slots=True)
class QuestionWaits:
    """`ages` counts the questions open today. Its keys are the first day of each bucket: 0, then AGES, or None."""

    by_milestone: dict[int | None, QuestionCounts]
    all: QuestionCounts
    ages: Counter[int | None]
    too_long: int
    oldest: list[Question]


_OF_CATEGORY = {
    Question.Category.UNCLEAR_MATERIAL.value: Lack.UNCLEAR,
    Question.Category.WRONG_MATERIAL.value: Lack.WRONG,
}


def lacking(lack: Lack, now: datetime) -> Q:
    """The condition on questions that say that material is unclear or wrong, that wait too long, or any."""
    waiting = Q(status__in=[Question.Status.OPEN, Question.Status.FOLLOW_UP])
    reasons = {lack: Q(category=category) for category, lack in _OF_CATEGORY.items()}
    reasons[Lack.WAITING] = waiting & Q(is_undated=False, asked_at__lte=now - TOO_LONG)
    if lack is Lack.ANY:
        return reasons[Lack.UNCLEAR] | reasons[Lack.WRONG] | reasons[Lack.WAITING]
    return reasons[lack]


def question_waits(view: TrendView) -> QuestionWaits:
    """Count the questions of the view by milestone, and those open today by age. Three queries."""
    within = asked_within(view.span, {run.cohort_id: view.zones[run.cohort_id] for run in view.chosen})
    by_milestone: defaultdict[int | None, QuestionCounts] = defaultdict(QuestionCounts)
    asked = (
        view.questions()
        .filter(within)
        .order_by()
        .values_list("milestone", "category", "answered_within", "is_answer_undated", "is_undated")
    )
    for milestone, category, step, is_answer_undated, is_undated, count in asked.annotate(count=Count("*")):
        has_no_time = is_answer_undated or (is_undated and step is not None)
        _count(by_milestone[milestone], step, count, _OF_CATEGORY.get(category), is_undated=has_no_time)

    ages: Counter[int | None] = Counter()
    too_long = 0
    over = Q(is_undated=False, asked_at__lte=view.now - TOO_LONG)
    days = [When(asked_at__lte=view.now - timedelta(days=days), then=days) for days in reversed(AGES)]
    unknown = When(is_undated=True, then=Value(None))
    age = Case(unknown, *days, default=0, output_field=IntegerField())
    waiting = view.open_questions().order_by().values_list("milestone", "category", age)
    for milestone, category, first_day, count, over_count, over_within in waiting.annotate(
        count=Count("*"), over=Count(Value(1), filter=over), over_within=Count(Value(1), filter=over & within)
    ):
        ages[first_day] += count
        too_long += over_count
        if over_within:
            lacks = by_milestone[milestone].lacks
            lacks[Lack.WAITING] += over_within
            # Counted once under ANY: the reason by category is already included.
            lacks[Lack.ANY] += 0 if category in _OF_CATEGORY else over_within
    everything = QuestionCounts()
    for counts in by_milestone.values():
        everything.include(counts)
    oldest = (
        view.open_questions().filter(is_undated=False).only("title", "asked_at").order_by("asked_at", "pk")
    )
    return QuestionWaits(
        dict(by_milestone), everything, ages, too_long, list(oldest[:OLDEST_SHOWN]) if ages else []
    )


def _count(
    counts: QuestionCounts, step: int | None, count: int, lack: Lack | None, *, is_undated: bool
) -> None:
    if is_undated:
        counts.undated += count
    elif step is None:
        counts.unanswered += count
    else:
        counts.answered[step] += count
    if lack:
        counts.lacks[lack] += count
        counts.lacks[Lack.ANY] += count


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
