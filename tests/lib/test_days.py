from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from lib.days import (
    day_label,
    day_range_label,
    days_ago,
    full_day,
    moment_label,
    near_day,
    relative_day,
    relative_week,
    week_of_run,
)
from lib.weeks import Week

TODAY = date(2026, 9, 16)
SATURDAY = date(2026, 11, 28)


def test_full_day_says_the_year() -> None:
    assert full_day(date(2026, 9, 5)) == "5 September 2026"


def test_day_words_leave_out_this_year() -> None:
    assert day_label(date(2026, 9, 15), TODAY) == "Tue 15 September"
    assert day_label(date(2027, 1, 4), TODAY) == "Mon 4 January 2027"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "words"),
    [
        (date(2026, 9, 21), date(2026, 9, 21), "Mon 21 September"),
        (date(2026, 9, 21), date(2026, 9, 25), "Mon 21 to Fri 25 September"),
        (date(2026, 9, 28), date(2026, 10, 2), "Mon 28 September to Fri 2 October"),
        (date(2026, 12, 28), date(2027, 1, 1), "Mon 28 December 2026 to Fri 1 January 2027"),
        (date(2027, 3, 1), date(2027, 3, 5), "Mon 1 to Fri 5 March 2027"),
    ],
)
def test_days_words_say_months_and_years_once(starts_on: date, ends_on: date, words: str) -> None:
    assert day_range_label(starts_on, ends_on, TODAY) == words


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 28), "today"),
        (date(2026, 11, 29), "tomorrow"),
        (date(2026, 11, 27), "yesterday"),
        (date(2026, 11, 30), "Monday"),
        (date(2026, 12, 4), "Friday"),
        (date(2026, 12, 5), "5 Dec"),
        (date(2026, 11, 26), "2 days ago"),
        (date(2026, 11, 14), "14 days ago"),
        (date(2026, 11, 13), "13 Nov"),
        (date(2027, 1, 4), "4 Jan 2027"),
        (date(2025, 12, 4), "4 Dec 2025"),
    ],
)
def test_a_day_is_said_as_seen_from_today(day: date, said: str) -> None:
    assert relative_day(day, SATURDAY) == said


@pytest.mark.parametrize(
    ("days", "said"), [(-1, "today"), (0, "today"), (1, "yesterday"), (2, "2 days ago"), (40, "40 days ago")]
)
def test_days_ago_has_no_end(days: int, said: str) -> None:
    assert days_ago(days) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 27), "yesterday"),
        (date(2026, 11, 28), "today"),
        (date(2026, 11, 29), "tomorrow"),
        (date(2026, 11, 30), "Mon 30 November"),
        (date(2027, 1, 4), "Mon 4 January 2027"),
    ],
)
def test_a_day_that_is_read_later_has_its_date(day: date, said: str) -> None:
    assert near_day(day, SATURDAY) == said


def test_a_moment_is_of_the_day_in_its_zone() -> None:
    at, now = datetime(2026, 11, 27, 23, 5, tzinfo=UTC), datetime(2026, 11, 28, 20, tzinfo=UTC)
    assert moment_label(at, now, UTC) == "yesterday at 23:05"
    assert moment_label(at, now, ZoneInfo("Europe/Paris")) == "today at 00:05"
    assert moment_label(at, now, ZoneInfo("Asia/Tokyo")) == "yesterday at 08:05"


@pytest.mark.parametrize(
    ("monday", "said"),
    [
        (date(2026, 11, 23), "This week"),
        (date(2026, 11, 16), "Last week"),
        (date(2026, 11, 9), "2 weeks ago"),
        (date(2026, 11, 2), "Mon 2 to Sun 8 November"),
        (date(2026, 11, 30), "Mon 30 November to Sun 6 December"),
        (date(2025, 11, 24), "Mon 24 to Sun 30 November 2025"),
        (date(2025, 12, 29), "Mon 29 December 2025 to Sun 4 January 2026"),
    ],
)
def test_a_week_is_said_as_seen_from_today(monday: date, said: str) -> None:
    assert relative_week(Week(monday), SATURDAY) == said


@pytest.mark.parametrize(
    ("number", "count", "said"),
    [(3, 4, "week 3 of 4"), (4, 4, "week 4 of 4"), (5, 4, ""), (None, 4, ""), (1, None, "")],
)
def test_a_week_of_a_run_is_within_it(number: int | None, count: int | None, said: str) -> None:
    assert week_of_run(number, count) == said
