"""The clock of a promise. Wednesday 16 September 2026 is a working day; Lisbon is an hour ahead of UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest

from courses.models import Course
from courses.promises import Wait, promised_until, waited
from lib.weeks import Period

NOW = datetime(2026, 9, 16, 10, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 9, 11, 14, 0, tzinfo=UTC)
MONDAY_OFF = Period(date(2026, 9, 14), date(2026, 9, 14))


@pytest.mark.parametrize(
    ("since", "until", "pauses", "hours"),
    [
        (NOW - timedelta(hours=5), NOW, [], 5),
        (NOW, NOW - timedelta(hours=5), [], 0),
        # From Friday 15:00 to Monday 15:00, and to Sunday night.
        (FRIDAY, FRIDAY + timedelta(days=3), [], 24),
        (FRIDAY, FRIDAY + timedelta(days=2, hours=8), [], 9),
        (FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=1, hours=5), [], 0),
        (FRIDAY, FRIDAY + timedelta(days=14), [], 240),
        # Pauses: on the Monday, twice told, over the weekend, around all of it, without an end.
        (FRIDAY, FRIDAY + timedelta(days=4), [MONDAY_OFF], 24),
        (FRIDAY, FRIDAY + timedelta(days=4), [MONDAY_OFF, Period(date(2026, 9, 12), date(2026, 9, 14))], 24),
        (NOW - timedelta(hours=5), NOW, [Period(date(2026, 9, 1), date(2026, 9, 30))], 0),
        (FRIDAY, NOW, [Period(date(2026, 9, 14))], 9),
        # Asked in a pause: the clock begins after it.
        (FRIDAY + timedelta(days=3), FRIDAY + timedelta(days=4), [MONDAY_OFF], 15),
    ],
)
def test_weekends_and_pauses_do_not_count(
    since: datetime, until: datetime, pauses: list[Period], hours: int
) -> None:
    assert waited(since, until, time_zone="Europe/Lisbon", pauses=pauses) == timedelta(hours=hours)


def test_the_day_is_that_of_the_cohort() -> None:
    # Saturday 00:30 in Auckland is still Friday in Lisbon.
    late = datetime(2026, 9, 11, 12, 30, tzinfo=UTC)
    assert waited(late, late + timedelta(hours=5), time_zone="Pacific/Auckland", pauses=[]) == timedelta()


@pytest.mark.parametrize(
    ("since", "days", "pauses", "until"),
    [
        (NOW, 1, [], NOW + timedelta(days=1)),
        # Friday 15:00: on Monday; on Tuesday where Monday is off; over a pause of three weeks.
        (FRIDAY, 1, [], FRIDAY + timedelta(days=3)),
        (FRIDAY, 1, [MONDAY_OFF], FRIDAY + timedelta(days=4)),
        (FRIDAY, 3, [Period(date(2026, 9, 14), date(2026, 10, 2))], FRIDAY + timedelta(days=26)),
        # Asked on a Saturday: the clock begins on Monday.
        (FRIDAY + timedelta(days=1), 1, [], datetime(2026, 9, 14, 23, tzinfo=UTC)),
        (FRIDAY, 1, [Period(date(2026, 9, 12))], None),
    ],
)
def test_answer_is_promised_until_the_clock_has_run(
    since: datetime, days: int, pauses: list[Period], until: datetime | None
) -> None:
    told = promised_until(since, days, time_zone="Europe/Lisbon", pauses=pauses)
    assert told == until
    if until is not None:
        took = waited(since, until, time_zone="Europe/Lisbon", pauses=pauses)
        assert took == timedelta(days=days)


@pytest.mark.parametrize(
    ("hours", "days", "is_over", "is_twice_over", "label"),
    [
        (0.9, 1, False, False, ""),
        (24, 1, False, False, ""),
        (24.1, 1, True, False, "late"),
        (48, 1, True, False, "1 day late"),
        (48.1, 1, True, True, "1 day late"),
        (50, 3, False, False, ""),
        (73, 3, True, False, "late"),
        (121, 3, True, False, "2 days late"),
        (500, 0, False, False, ""),
    ],
)
def test_wait_says_by_how_much_it_is_late_and_nothing_while_there_is_time(
    hours: float, days: int, is_over: bool, is_twice_over: bool, label: str
) -> None:
    wait = Wait(timedelta(hours=hours), days)
    assert (wait.is_over, wait.is_twice_over, wait.late_label) == (is_over, is_twice_over, label)


def test_new_course_promises_help_in_one_weekday_and_the_rest_in_three() -> None:
    course = Course()
    assert (course.help_days, course.question_days, course.review_days) == (1, 3, 3)
