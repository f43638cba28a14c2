"""Asks and student-weeks on both sides of the week of a change, by cohort and together."""

from collections.abc import Mapping
from datetime import date

import pytest

from courses.calendar import paused_weeks
from lib.weeks import Period, monday_of
from trends.effects.comparison import RateComparison, RateVerdict, Side
from trends.effects.effect import CohortFacts, Timing, effect, weeks_between
from trends.figures import CohortRun, Stay

# A Wednesday: the week of Monday 14 September.
CHANGED_ON = date(2026, 9, 16)
BEFORE, DURING, AFTER = date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21)


# Somebody who was at it all the time.
ALWAYS = Stay(True, ((date(2026, 1, 5), None),))


def at_it(first_on: date, last_on: date, students: int = 1, *, is_dated: bool = True) -> tuple[Stay, int]:
    return Stay(is_dated, ((monday_of(first_on), monday_of(last_on)),)), students


def cohort(
    id: int,
    starts_on: date,
    *students: tuple[Stay, int],
    asks: Mapping[date, int] | None = None,
    of: Stay | None = ALWAYS,
    pauses: tuple[Period, ...] = (),
) -> CohortFacts:
    run = CohortRun(id, f"Cohort {id}", starts_on, date(2026, 12, 31), paused_weeks(pauses))
    asked = {(monday, of): count for monday, count in (asks or {}).items()}
    return CohortFacts(run, dict(students), asked)


def sides(comparison: RateComparison | None) -> tuple[Side, Side] | None:
    return (comparison.before, comparison.after) if comparison else None


def test_weeks_between_counts_each_week_that_holds_a_day() -> None:
    sunday, monday = date(2026, 9, 13), date(2026, 9, 14)
    assert weeks_between(monday, monday) == 1
    assert weeks_between(sunday, monday) == 2
    assert weeks_between(monday, sunday) == 0
    assert weeks_between(date(2026, 8, 31), date(2026, 9, 27)) == 4
    assert weeks_between(date(2026, 8, 31), date(2026, 9, 27), frozenset([monday, date(2026, 10, 5)])) == 3


def test_week_of_the_change_counts_on_neither_side() -> None:
    stay = at_it(date(2026, 9, 9), date(2026, 9, 23), students=6)
    found = effect(CHANGED_ON, [cohort(1, date(2026, 8, 31), stay, asks={BEFORE: 3, DURING: 50, AFTER: 2})])
    assert sides(found.together) == (Side(3, 6, 6), Side(2, 6, 6))


@pytest.mark.parametrize("changed_on", [date(2026, 9, 14), date(2026, 9, 20)])
def test_any_day_of_a_week_is_that_week(changed_on: date) -> None:
    stay = at_it(BEFORE, AFTER, students=6)
    found = effect(changed_on, [cohort(1, date(2026, 8, 31), stay, asks={DURING: 9})])
    assert sides(found.together) == (Side(0, 6, 6), Side(0, 6, 6))


def test_students_count_on_the_sides_on_which_they_were_at_it() -> None:
    stays = [
        at_it(date(2026, 9, 1), date(2026, 9, 2), students=5),
        at_it(date(2026, 9, 15), date(2026, 9, 16), students=7),
        at_it(date(2026, 9, 22), date(2026, 10, 6), students=2),
    ]
    found = effect(CHANGED_ON, [cohort(1, date(2026, 8, 31), *stays)])
    assert sides(found.together) == (Side(0, 5, 5), Side(0, 2, 6))


def test_weeks_of_a_pause_are_no_student_weeks() -> None:
    stay = at_it(date(2026, 9, 7), date(2026, 10, 11), students=5)
    pause = Period(date(2026, 9, 21), date(2026, 9, 25))
    found = effect(CHANGED_ON, [cohort(1, date(2026, 8, 31), stay, pauses=(pause,))])
    assert sides(found.together) == (Side(0, 5, 5), Side(0, 5, 10))


def test_cohorts_are_compared_within_across_and_together() -> None:
    spring = cohort(
        1, date(2026, 3, 2), at_it(date(2026, 3, 2), date(2026, 3, 29), 10), asks={date(2026, 3, 9): 12}
    )
    autumn = cohort(
        2, date(2026, 8, 31), at_it(date(2026, 8, 31), date(2026, 9, 27), 6), asks={BEFORE: 4, AFTER: 1}
    )
    winter = cohort(
        3,
        date(2026, 10, 5),
        at_it(date(2026, 10, 5), date(2026, 11, 1), 9),
        asks={date(2026, 10, 12): 5},
    )
    found = effect(CHANGED_ON, [winter, spring, autumn])
    assert [(row.title, row.timing) for row in found.cohorts] == [
        ("Cohort 1", Timing.EARLIER),
        ("Cohort 2", Timing.RUNNING),
        ("Cohort 3", Timing.LATER),
    ]
    assert sides(found.within) == (Side(4, 6, 12), Side(1, 6, 6))
    assert sides(found.across) == (Side(16, 16, 52), Side(5, 9, 36))
    assert sides(found.together) == (Side(16, 16, 52), Side(6, 15, 42))
    assert found.summary == "fell by about half, asked 16 → 6 times in 52 → 42 student-weeks; could be chance"


def test_cohort_of_that_week_began_and_came_to_it_after() -> None:
    stay = at_it(DURING, date(2026, 10, 4), 6)
    found = effect(CHANGED_ON, [cohort(1, date(2026, 9, 17), stay)])
    assert found.cohorts[0].timing is Timing.SINCE
    assert (found.within, found.across) == (None, None)
    found = effect(CHANGED_ON, [cohort(1, date(2026, 9, 21), stay)])
    assert found.cohorts[0].timing is Timing.LATER


def test_cohort_that_came_to_it_after_the_change_is_a_later_one() -> None:
    """It says nothing of what became of the asks in a cohort that was at it on both sides."""
    running = cohort(1, date(2026, 8, 31), at_it(BEFORE, AFTER, 10), asks={BEFORE: 20, AFTER: 20})
    since = cohort(2, date(2026, 8, 31), at_it(AFTER, date(2026, 10, 4), 30), asks={AFTER: 1})
    found = effect(CHANGED_ON, [running, since])
    assert [row.timing for row in found.cohorts] == [Timing.RUNNING, Timing.SINCE]
    assert sides(found.within) == (Side(20, 10, 10), Side(20, 10, 10))
    assert sides(found.across) == (Side(20, 10, 10), Side(1, 30, 60))
    assert sides(found.together) == (Side(20, 10, 10), Side(21, 40, 70))


def test_cohort_that_asked_before_it_was_at_it_counts_together_only() -> None:
    """Its asks before belong to no weeks, so they do not count; who asked knew what was there before."""
    running = cohort(1, date(2026, 8, 31), at_it(BEFORE, AFTER, 10), asks={BEFORE: 20, AFTER: 20})
    came = at_it(AFTER, AFTER, 30)
    asked = cohort(2, date(2026, 8, 31), came, asks={BEFORE: 2, AFTER: 1}, of=came[0])
    found = effect(CHANGED_ON, [running, asked])
    assert [row.timing for row in found.cohorts] == [Timing.RUNNING, Timing.SINCE]
    assert sides(found.within) == (Side(20, 10, 10), Side(20, 10, 10))
    assert found.across is None
    assert sides(found.together) == (Side(20, 10, 10, others=2), Side(21, 40, 40))


def test_effect_of_cohorts_without_anybody_has_no_rows() -> None:
    found = effect(CHANGED_ON, [cohort(1, date(2026, 3, 2)), cohort(2, date(2026, 8, 31))])
    assert (found.cohorts, found.within, found.across) == ((), None, None)
    assert found.together.verdict is RateVerdict.NOBODY_BEFORE


def test_asks_without_anybody_at_it_are_not_lost() -> None:
    found = effect(CHANGED_ON, [cohort(1, date(2026, 8, 31), asks={BEFORE: 3}, of=None)])
    assert sides(found.together) == (Side(others=3), Side())
    assert found.together.verdict is RateVerdict.NOBODY_BEFORE
    assert found.left_out == "others asked 3 times: not counted here"


def test_asks_count_only_in_weeks_that_count() -> None:
    stay, students = at_it(date(2026, 8, 31), date(2026, 9, 27), 5)
    pause = Period(date(2026, 8, 31), date(2026, 9, 4))
    asks = {date(2026, 8, 24): 1, date(2026, 8, 31): 2, BEFORE: 4, AFTER: 8, date(2026, 9, 28): 16}
    facts = cohort(1, date(2026, 8, 17), (stay, students), asks=asks, of=stay, pauses=(pause,))
    found = effect(CHANGED_ON, [facts])
    assert sides(found.together) == (Side(4, 5, 5, others=3), Side(8, 5, 5, others=16))


def test_students_without_dates_are_left_out_with_their_asks() -> None:
    """They are enrolled all the time, so they stand on both sides, and are named once."""
    undated = at_it(date(2026, 8, 31), AFTER, 7, is_dated=False)
    dated = at_it(BEFORE, BEFORE, 5)
    facts = cohort(1, date(2026, 8, 31), dated, undated, asks={BEFORE: 4, AFTER: 2}, of=undated[0])
    found = effect(CHANGED_ON, [facts])
    before, after = Side(0, 5, 5, 7, 4), Side(0, 0, 0, 7, 2)
    assert sides(found.together) == (before, after)
    assert found.left_out == "7 students without dates asked 6 times: not counted here"
    assert found.summary == "no dates after the change, so there is nothing to compare"


def test_cohort_in_which_nobody_has_dates_is_neither_earlier_nor_later() -> None:
    undated = at_it(date(2026, 10, 5), date(2026, 10, 11), 7, is_dated=False)
    earlier = cohort(1, date(2026, 3, 2), at_it(date(2026, 3, 2), date(2026, 3, 8), 5))
    found = effect(CHANGED_ON, [earlier, cohort(2, date(2026, 10, 5), undated)])
    assert [row.timing for row in found.cohorts] == [Timing.EARLIER, Timing.UNDATED]
    assert found.across is None
    # Students without dates do not keep a cohort going after it was done.
    enrolled = at_it(date(2026, 3, 2), AFTER, is_dated=False)
    found = effect(CHANGED_ON, [cohort(1, date(2026, 3, 2), at_it(BEFORE, BEFORE, 5), enrolled)])
    assert [row.timing for row in found.cohorts] == [Timing.EARLIER]
