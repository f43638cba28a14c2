"""Asks and student-weeks on both sides of the week of a change, by cohort and together."""

from collections.abc import Mapping
from datetime import date

import pytest

from lib.weeks import Period
from trends.effects import ActiveStay, CohortFacts, RateComparison, Side, Verdict, effect
from trends.effects.effect import Timing, paused_weeks, weeks_between

# A Wednesday: the week of Monday 14 September.
CHANGED_ON = date(2026, 9, 16)
BEFORE, DURING, AFTER = date(2026, 9, 7), date(2026, 9, 14), date(2026, 9, 21)


def cohort(
    id: int,
    starts_on: date,
    *stays: ActiveStay,
    asks: Mapping[date, int] | None = None,
    pauses: tuple[Period, ...] = (),
) -> CohortFacts:
    return CohortFacts(id, f"Cohort {id}", starts_on, stays, asks or {}, pauses)


def sides(comparison: RateComparison | None) -> tuple[Side, Side] | None:
    return (comparison.before, comparison.after) if comparison else None


def test_weeks_between_counts_each_week_that_holds_a_day() -> None:
    sunday, monday = date(2026, 9, 13), date(2026, 9, 14)
    assert weeks_between(monday, monday) == 1
    assert weeks_between(sunday, monday) == 2
    assert weeks_between(monday, sunday) == 0
    assert weeks_between(date(2026, 8, 31), date(2026, 9, 27)) == 4
    assert weeks_between(date(2026, 8, 31), date(2026, 9, 27), frozenset([monday, date(2026, 10, 5)])) == 3


def test_paused_weeks_are_those_without_a_working_day() -> None:
    fortnight = Period(date(2026, 12, 19), date(2027, 1, 3))
    days = Period(date(2026, 11, 4), date(2026, 11, 6))
    assert paused_weeks([fortnight, days]) == {date(2026, 12, 21), date(2026, 12, 28)}
    # Two pauses that meet make a week.
    assert paused_weeks([Period(date(2026, 11, 2), date(2026, 11, 3)), days]) == {date(2026, 11, 2)}
    assert paused_weeks([]) == frozenset()


def test_week_of_the_change_counts_on_neither_side() -> None:
    stay = ActiveStay(date(2026, 9, 9), date(2026, 9, 23), students=6)
    found = effect(CHANGED_ON, [cohort(1, date(2026, 8, 31), stay, asks={BEFORE: 3, DURING: 50, AFTER: 2})])
    assert sides(found.together) == (Side(3, 6, 6), Side(2, 6, 6))


@pytest.mark.parametrize("changed_on", [date(2026, 9, 14), date(2026, 9, 20)])
def test_any_day_of_a_week_is_that_week(changed_on: date) -> None:
    stay = ActiveStay(BEFORE, AFTER, students=6)
    found = effect(changed_on, [cohort(1, date(2026, 8, 31), stay, asks={DURING: 9})])
    assert sides(found.together) == (Side(0, 6, 6), Side(0, 6, 6))


def test_students_count_on_the_sides_on_which_they_were_at_it() -> None:
    stays = [
        ActiveStay(date(2026, 9, 1), date(2026, 9, 2), students=5),
        ActiveStay(date(2026, 9, 15), date(2026, 9, 16), students=7),
        ActiveStay(date(2026, 9, 22), date(2026, 10, 6), students=2),
    ]
    found = effect(CHANGED_ON, [cohort(1, date(2026, 8, 31), *stays)])
    assert sides(found.together) == (Side(0, 5, 5), Side(0, 2, 6))


def test_weeks_of_a_pause_are_no_student_weeks() -> None:
    stay = ActiveStay(date(2026, 9, 7), date(2026, 10, 11), students=5)
    pause = Period(date(2026, 9, 21), date(2026, 9, 25))
    found = effect(CHANGED_ON, [cohort(1, date(2026, 8, 31), stay, pauses=(pause,))])
    assert sides(found.together) == (Side(0, 5, 5), Side(0, 5, 10))


def test_cohorts_are_compared_within_across_and_together() -> None:
    spring = cohort(
        1, date(2026, 3, 2), ActiveStay(date(2026, 3, 2), date(2026, 3, 29), 10), asks={date(2026, 3, 9): 12}
    )
    autumn = cohort(
        2, date(2026, 8, 31), ActiveStay(date(2026, 8, 31), date(2026, 9, 27), 6), asks={BEFORE: 4, AFTER: 1}
    )
    winter = cohort(
        3,
        date(2026, 10, 5),
        ActiveStay(date(2026, 10, 5), date(2026, 11, 1), 9),
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
    assert [sides(row.within) for row in found.cohorts] == [None, sides(found.within), None]
    assert [row.summary for row in found.cohorts] == ["", "too early to say, 4 → 1 ask so far", ""]
    assert found.summary == "fell by about half, 16 → 6 asks in 52 → 42 student-weeks; could be chance"


def test_cohort_of_that_week_began_and_came_to_it_after() -> None:
    stay = ActiveStay(DURING, date(2026, 10, 4), 6)
    found = effect(CHANGED_ON, [cohort(1, date(2026, 9, 17), stay)])
    assert found.cohorts[0].timing is Timing.SINCE
    assert (found.within, found.across) == (None, None)
    found = effect(CHANGED_ON, [cohort(1, date(2026, 9, 21), stay)])
    assert found.cohorts[0].timing is Timing.LATER


def test_cohort_that_came_to_it_after_the_change_is_a_later_one() -> None:
    """It says nothing of what became of the asks in a cohort that was at it on both sides."""
    running = cohort(1, date(2026, 8, 31), ActiveStay(BEFORE, AFTER, 10), asks={BEFORE: 20, AFTER: 20})
    since = cohort(2, date(2026, 8, 31), ActiveStay(AFTER, date(2026, 10, 4), 30), asks={AFTER: 1})
    found = effect(CHANGED_ON, [running, since])
    assert [row.timing for row in found.cohorts] == [Timing.RUNNING, Timing.SINCE]
    assert (found.cohorts[1].within, found.cohorts[1].summary) == (None, "")
    assert sides(found.within) == (Side(20, 10, 10), Side(20, 10, 10))
    assert sides(found.across) == (Side(20, 10, 10), Side(1, 30, 60))
    assert sides(found.together) == (Side(20, 10, 10), Side(21, 40, 70))


def test_cohort_that_asked_before_it_was_at_it_counts_together_only() -> None:
    """Its asks before belong to no weeks, and who asked knew what was there before."""
    running = cohort(1, date(2026, 8, 31), ActiveStay(BEFORE, AFTER, 10), asks={BEFORE: 20, AFTER: 20})
    asked = cohort(2, date(2026, 8, 31), ActiveStay(AFTER, AFTER, 30), asks={BEFORE: 2, AFTER: 1})
    found = effect(CHANGED_ON, [running, asked])
    assert [row.timing for row in found.cohorts] == [Timing.RUNNING, Timing.SINCE]
    assert sides(found.within) == (Side(20, 10, 10), Side(20, 10, 10))
    assert found.across is None
    assert sides(found.together) == (Side(22, 10, 10), Side(21, 40, 40))


def test_effect_of_cohorts_without_anybody_has_no_rows() -> None:
    found = effect(CHANGED_ON, [cohort(1, date(2026, 3, 2)), cohort(2, date(2026, 8, 31))])
    assert (found.cohorts, found.within, found.across) == ((), None, None)
    assert found.together.verdict is Verdict.NOBODY_BEFORE


def test_asks_without_anybody_at_it_are_not_lost() -> None:
    found = effect(CHANGED_ON, [cohort(1, date(2026, 8, 31), asks={BEFORE: 3})])
    assert sides(found.together) == (Side(3, 0, 0), Side())
    assert found.together.verdict is Verdict.NOBODY_BEFORE
