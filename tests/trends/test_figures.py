"""The arithmetic of trends: waits, rates, runs laid side by side, weeks of students."""

from datetime import date, timedelta

import pytest

from courses.calendar import paused_weeks, teaching_week_number, teaching_weeks
from lib.weeks import Period, monday_of
from trends.figures import (
    CohortRun,
    Span,
    percentile,
    rate,
    rate_label,
    same_weeks,
    wait_label,
)

MONDAY = date(2026, 9, 7)


@pytest.mark.parametrize(
    ("counts", "share", "value"),
    [
        ({}, 0.5, None),
        ({5: 1}, 0.5, 5),
        ({5: 1}, 0.9, 5),
        ({5: 1, 60: 1}, 0.5, 5),
        ({5: 1, 60: 1}, 0.9, 60),
        ({5: 5, 10: 4, 1440: 1}, 0.5, 5),
        ({5: 5, 10: 4, 1440: 1}, 0.9, 10),
        ({5: 5, 10: 4, 1440: 2}, 0.9, 1440),
        ({5: 0, 10: 3}, 0.5, 10),
    ],
)
def test_percentile_is_the_value_that_the_share_does_not_exceed(
    counts: dict[int, int], share: float, value: int | None
) -> None:
    assert percentile(counts, share) == value


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, ""),
        # A clock that was set back.
        (-60, "1 minute"),
        (0, "1 minute"),
        (1, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (834, "14 hours"),
        (1_590, "27 hours"),
        (2_160, "36 hours"),
        (2_876, "2 days"),
        (2_878, "2 days"),
        (3_600, "2.5 days"),
        (43_200, "30 days"),
    ],
)
def test_waits_are_said_as_people_say_them(minutes: int | None, words: str) -> None:
    assert wait_label(minutes) == words


@pytest.mark.parametrize(
    ("asks", "students", "words"),
    [(7, 5, "1.4"), (3, 4, "too few students (4)"), (0, 0, "nobody yet"), (0, 5, "0.0"), (1, 40, "0.03")],
)
def test_rate_needs_five_students(asks: int, students: int, words: str) -> None:
    assert rate_label(rate(asks, students), students) == words


def test_rate_by_weeks_counts_people_for_the_limit() -> None:
    assert rate(6, 4, by=12) is None
    assert rate(6, 5, by=12) == 0.5
    assert rate(6, 5, by=0) is None


def run(starts_on: date, last_on: date, *paused: date) -> CohortRun:
    return CohortRun(1, "Autumn", starts_on, last_on, frozenset(paused))


def test_run_counts_its_weeks_from_the_one_that_holds_its_start() -> None:
    found = run(date(2026, 9, 9), date(2026, 9, 23))
    weeks = {date(2026, 8, 31): 0, MONDAY: 1, date(2026, 9, 14): 2}
    assert {monday: found.week_number(monday) for monday in weeks} == weeks
    assert found.weeks_so_far == 3
    assert run(date(2026, 9, 9), date(2026, 9, 1)).weeks_so_far == 0


@pytest.mark.parametrize(
    "pause",
    [Period(date(2026, 9, 19), date(2026, 10, 4)), Period(date(2026, 9, 7), date(2026, 9, 13))],
    ids=["two weeks", "the first week"],
)
def test_weeks_of_a_run_are_those_of_the_calendar(pause: Period) -> None:
    starts_on, last_on = date(2026, 9, 9), date(2026, 11, 1)
    found = run(starts_on, last_on, *paused_weeks([pause]))
    taught = teaching_weeks(starts_on, [pause], 4)
    assert [found.monday_of_week(number) for number in range(1, 5)] == [week.starts_on for week in taught]
    for day in (starts_on + timedelta(days=n) for n in range(50)):
        number = teaching_week_number(starts_on, [pause], day)
        assert number in (None, found.week_number(monday_of(day)))
        assert (number is None) == run(starts_on, day, *found.paused).is_in_break


def test_break_belongs_to_the_week_before_it() -> None:
    found = run(date(2026, 9, 7), date(2026, 9, 23), date(2026, 9, 14), date(2026, 9, 21))
    assert (found.week_number(date(2026, 9, 21)), found.week_number(date(2026, 9, 28))) == (1, 2)
    assert found.weeks_of(1, 1) == Span(MONDAY, date(2026, 9, 21))
    assert found.weeks_of(2, 2) == Span(date(2026, 9, 28), date(2026, 9, 28))
    assert found.weeks_of(None, None) == Span()


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        # Week 2 of this run is as far as it has come.
        (Span(), Span(None, date(2026, 3, 9))),
        (Span(first=date(2026, 9, 14)), Span(date(2026, 3, 9), date(2026, 3, 9))),
        (Span(last=MONDAY), Span(None, date(2026, 3, 2))),
        (Span(last=date(2027, 1, 4)), Span(None, date(2026, 3, 9))),
    ],
)
def test_same_weeks_of_another_run(span: Span, expected: Span) -> None:
    now, before = run(date(2026, 9, 8), date(2026, 9, 16)), run(date(2026, 3, 4), date(2026, 5, 1))
    assert same_weeks(now, before, span) == expected


def test_span_of_days_is_of_their_whole_weeks() -> None:
    span = Span.of_days(date(2026, 9, 9), date(2026, 9, 15))
    assert span == Span(MONDAY, date(2026, 9, 14))
    assert span.ends_before == date(2026, 9, 21)
    weeks = {date(2026, 8, 31): False, MONDAY: True, date(2026, 9, 14): True, date(2026, 9, 21): False}
    assert {monday: span.holds(monday) for monday in weeks} == weeks


def test_spans_within_each_other() -> None:
    assert Span(MONDAY, None).within(Span(None, MONDAY)) == Span(MONDAY, MONDAY)
    assert Span(MONDAY, date(2026, 9, 14)).within(Span(date(2026, 8, 31), MONDAY)) == Span(MONDAY, MONDAY)
