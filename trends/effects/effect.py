from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lib.weeks import Period, Week, monday_of
from trends.effects.comparison import RateComparison, Side, compare
from trends.effects.labels import comparison_summary

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ActiveStay:
    """Students who were working on it from `first_on` to `last_on`, both included."""

    first_on: date
    last_on: date
    students: int = 1


@dataclass(frozen=True, slots=True)
class CohortFacts:
    id: int
    title: str
    starts_on: date
    stays: tuple[ActiveStay, ...] = ()
    asks: Mapping[date, int] | None = None
    pauses: tuple[Period, ...] = ()


class Timing(StrEnum):
    EARLIER = "before the change only"
    RUNNING = "when it was changed"
    # It began before the change, but no one was working on it then.
    SINCE = "came to it after the change"
    LATER = "began after the change"


@dataclass(frozen=True, slots=True)
class CohortEffect:
    """The asks of a cohort before and after. They are compared only if it was running at the change."""

    id: int
    title: str
    timing: Timing
    before: Side
    after: Side
    within: RateComparison | None = None

    @property
    def summary(self) -> str:
        return comparison_summary(self.within) if self.within else ""

    @property
    def is_earlier(self) -> bool:
        return self.timing in (Timing.EARLIER, Timing.RUNNING)

    @property
    def is_later(self) -> bool:
        """Whether all its students saw only the changed material.

        Students who asked before the change without marking progress had seen the old material, so their cohort is
        neither earlier nor later.
        """
        return self.timing is Timing.LATER or (self.timing is Timing.SINCE and not self.before.asks)


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


def effect(changed_on: date, cohorts: Iterable[CohortFacts]) -> Effect:
    """Compare the asks before and after. The week of the change counts on neither side."""
    week = monday_of(changed_on)
    rows = tuple(
        row
        for facts in sorted(cohorts, key=lambda facts: (facts.starts_on, facts.id))
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
    """The two sides of a cohort. None if no one was working on it and nothing was asked."""
    paused = paused_weeks(facts.pauses)
    before = _side(
        facts,
        paused,
        lambda stay: (stay.first_on, min(stay.last_on, week - timedelta(days=1))),
        lambda on: on < week,
    )
    after = _side(
        facts, paused, lambda stay: (max(stay.first_on, week + _WEEK), stay.last_on), lambda on: on > week
    )
    if before == after == Side():
        return None
    if monday_of(facts.starts_on) > week:
        timing = Timing.LATER
    elif after == Side():
        timing = Timing.EARLIER
    else:
        timing = Timing.RUNNING if before.weeks else Timing.SINCE
    within = compare(before, after) if timing is Timing.RUNNING else None
    return CohortEffect(facts.id, facts.title, timing, before, after, within)


def _side(
    facts: CohortFacts,
    paused: frozenset[date],
    part: Callable[[ActiveStay], tuple[date, date]],
    counts: Callable[[date], bool],
) -> Side:
    asks = sum(count for on, count in (facts.asks or {}).items() if counts(on))
    students = weeks = 0
    for stay in facts.stays:
        first_on, last_on = part(stay)
        of_one = weeks_between(first_on, last_on, paused)
        weeks += of_one * stay.students
        students += stay.students if of_one else 0
    return Side(asks, students, weeks)


def weeks_between(first_on: date, last_on: date, paused: frozenset[date] = frozenset()) -> int:
    """The number of weeks from the first day to the last, without paused ones. 0 if the last day comes first."""
    if last_on < first_on:
        return 0
    first, last = monday_of(first_on), monday_of(last_on)
    return (last - first).days // 7 + 1 - sum(first <= monday <= last for monday in paused)


def paused_weeks(pauses: Iterable[Period]) -> frozenset[date]:
    """The Mondays of the weeks that pauses cover from Monday to Friday."""
    periods = tuple(pauses)
    mondays = set()
    for pause in periods:
        monday = monday_of(pause.starts_on)
        while pause.ends_on is not None and monday <= pause.ends_on:
            mondays.add(monday)
            monday += _WEEK
    return frozenset(monday for monday in mondays if Week(monday).is_paused(periods))
