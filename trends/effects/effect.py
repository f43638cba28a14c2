from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from courses.calendar import weeks_taught
from lib.weeks import monday_of
from trends.effects.comparison import RateComparison, Side, compare
from trends.effects.labels import comparison_summary
from trends.figures import CohortRun, Span, Stay, left_out_label

_WEEK = timedelta(days=7)


# The week of an ask, and when who asked was at it; None: they never were, or nobody knows who it was.
type AskedAt = tuple[date, Stay | None]


@dataclass(frozen=True, slots=True)
class CohortFacts:
    """A cohort, its students by when they were at it, and its asks by week and by when who asked was at it."""

    run: CohortRun
    students: Mapping[Stay, int]
    asks: Mapping[AskedAt, int]


class Timing(StrEnum):
    EARLIER = "before the change only"
    RUNNING = "when it was changed"
    # It began before the change, but no one was working on it then.
    SINCE = "came to it after the change"
    LATER = "began after the change"
    UNDATED = "no dates"


@dataclass(frozen=True, slots=True)
class CohortEffect:
    """The asks of a cohort before and after.

    `undated`: its students without dates, who stand on both sides.
    """

    id: int
    title: str
    timing: Timing
    before: Side
    after: Side
    undated: int = 0

    @property
    def is_earlier(self) -> bool:
        return self.timing in (Timing.EARLIER, Timing.RUNNING)

    @property
    def is_later(self) -> bool:
        """Whether all its students saw only the changed material.

        Students who asked before the change, whenever they were at it, had seen the old material, so their cohort is
        neither earlier nor later.
        """
        return self.timing is Timing.LATER or (self.timing is Timing.SINCE and not self.before.all_asks)


@dataclass(frozen=True, slots=True)
class Effect:
    """Whether a change helped, in three comparisons. `within` and `across` are None if there is nothing to compare.

    `within`: cohorts that were working on it at the change, before and after. `across`: cohorts that began or reached
    it after the change, against cohorts that were working on it before, in their weeks before the change. `together`:
    all weeks before against all weeks after.
    """

    together: RateComparison
    within: RateComparison | None = None
    across: RateComparison | None = None
    cohorts: tuple[CohortEffect, ...] = ()

    @property
    def summary(self) -> str:
        return comparison_summary(self.together)

    @property
    def left_out(self) -> str:
        """See `left_out_label`."""
        before, after = self.together.before, self.together.after
        return left_out_label(
            sum(row.undated for row in self.cohorts),
            before.undated_asks + after.undated_asks,
            before.others + after.others,
        )


def effect(changed_on: date, cohorts: Iterable[CohortFacts]) -> Effect:
    """Compare the asks before and after. The week of the change counts on neither side."""
    week = monday_of(changed_on)
    rows = tuple(
        row
        for facts in sorted(cohorts, key=lambda facts: (facts.run.starts_on, facts.run.cohort_id))
        if (row := _of_cohort(facts, week)) is not None
    )
    running = [row for row in rows if row.timing is Timing.RUNNING]
    earlier = [row for row in rows if row.is_earlier]
    later = [row for row in rows if row.is_later]
    return Effect(
        together=compare(_before(rows), _after(rows)),
        within=compare(_before(running), _after(running)) if running else None,
        across=compare(_before(earlier), _after(later)) if later and earlier else None,
        cohorts=rows,
    )


def _before(rows: Iterable[CohortEffect]) -> Side:
    return sum((row.before for row in rows), Side())


def _after(rows: Iterable[CohortEffect]) -> Side:
    return sum((row.after for row in rows), Side())


def _of_cohort(facts: CohortFacts, week: date) -> CohortEffect | None:
    """The two sides of a cohort. None if nobody of it was working on it, as far as is known, or asked."""
    run = facts.run
    before = _side(facts, Span(None, week - _WEEK))
    after = _side(facts, Span(week + _WEEK, None))
    if before == after == Side():
        return None
    if not (before.weeks or after.weeks) and (before.undated or after.undated):
        timing = Timing.UNDATED
    elif run.first_monday > week:
        timing = Timing.LATER
    elif not (after.weeks or after.all_asks):
        timing = Timing.EARLIER
    else:
        timing = Timing.RUNNING if before.weeks else Timing.SINCE
    undated = sum(
        count for stay, count in facts.students.items() if not stay.is_dated and run.was_there(stay, Span())
    )
    return CohortEffect(run.cohort_id, run.title, timing, before, after, undated)


def _side(facts: CohortFacts, span: Span) -> Side:
    """The student-weeks of the span, and the asks in just these weeks."""
    run = facts.run
    students = weeks = undated = asks = undated_asks = others = 0
    for stay, count in facts.students.items():
        if not stay.is_dated:
            undated += count if run.was_there(stay, span) else 0
            continue
        of_one = sum(_weeks_in(run, first, last, span) for first, last in stay.weeks)
        weeks += of_one * count
        students += count if of_one else 0
    for (monday, at), count in facts.asks.items():
        if not span.holds(monday):
            continue
        if at is None or monday in run.paused or not run.was_there(at, Span(monday, monday)):
            others += count
        elif at.is_dated:
            asks += count
        else:
            undated_asks += count
    return Side(asks, students, weeks, undated, undated_asks, others)


def _weeks_in(run: CohortRun, first: date, last: date | None, span: Span) -> int:
    ends = (last or run.last_on, run.last_on, span.last or run.last_on)
    return weeks_between(max(first, span.first or first), min(ends), run.paused)


def weeks_between(first_on: date, last_on: date, paused: Set[date] = frozenset()) -> int:
    """The number of weeks from the first day to the last, without paused ones. 0 if the last day comes first."""
    return weeks_taught(first_on, paused, monday_of(last_on)) if first_on <= last_on else 0
