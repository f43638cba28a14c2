from datetime import date

import pytest

from lib.days import day_label, day_range_label, full_day

TODAY = date(2026, 9, 16)


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
