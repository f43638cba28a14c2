"""The words about two sides, at every boundary."""

import math

import pytest

from trends.effects.comparison import RateVerdict, Side, compare
from trends.effects.interval import RateRatio
from trends.effects.labels import comparison_summary, interval_label, number_label, size_label


def words(before: tuple[int, int, int], after: tuple[int, int, int]) -> str:
    return comparison_summary(compare(Side(*before), Side(*after)))


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (0, "fell to none"),
        (0.001, "fell by about 99%"),
        (0.1, "fell by about 90%"),
        (0.15, "fell by about 85%"),
        (0.199, "fell by about 80%"),
        (0.2, "fell by about three quarters"),
        (0.289, "fell by about three quarters"),
        (0.29, "fell by about two thirds"),
        (0.414, "fell by about two thirds"),
        (0.415, "fell by about half"),
        (0.584, "fell by about half"),
        (0.585, "fell by about a third"),
        (0.709, "fell by about a third"),
        (0.71, "fell by about a quarter"),
        (0.799, "fell by about a quarter"),
        (0.8, "fell slightly"),
        (0.899, "fell slightly"),
        (0.9, "stayed about the same"),
        (1, "stayed about the same"),
        (1.099, "stayed about the same"),
        (1.1, "rose slightly"),
        (1.249, "rose slightly"),
        (1.25, "rose by about a third"),
        (1.414, "rose by about a third"),
        (1.415, "rose by about half"),
        (1.749, "rose by about half"),
        (1.75, "about doubled"),
        (2.499, "about doubled"),
        (2.5, "about tripled"),
        (3.499, "about tripled"),
        (3.5, "rose to about 4 times as many"),
        (12.4, "rose to about 12 times as many"),
    ],
)
def test_size_words_change_at_their_boundaries(ratio: float, said: str) -> None:
    assert size_label(ratio) == said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ((12, 10, 30), (5, 10, 30), "fell by about half, asked 12 → 5 times; could be chance"),
        ((24, 10, 30), (10, 10, 30), "fell by about half, asked 24 → 10 times; unlikely to be chance alone"),
        ((10, 10, 30), (0, 10, 30), "fell to none, asked 10 → 0 times; unlikely to be chance alone"),
        (
            (12, 10, 30),
            (1, 10, 15),
            "fell by about 83%, asked 12 → 1 time in 30 → 15 student-weeks; could be chance",
        ),
        ((20, 10, 40), (20, 10, 40), "stayed about the same, asked 20 → 20 times"),
        (
            (5, 10, 40),
            (40, 10, 40),
            "rose to about 8 times as many, asked 5 → 40 times; unlikely to be chance alone",
        ),
        # The asks fell, the rate rose: without the weeks the words would contradict the figures.
        (
            (12, 10, 60),
            (8, 10, 25),
            "rose by about half, asked 12 → 8 times in 60 → 25 student-weeks; could be chance",
        ),
        ((12, 10, 30), (24, 10, 60), "stayed about the same, asked 12 → 24 times in 30 → 60 student-weeks"),
        # The same asks in more weeks are a lower rate.
        (
            (12, 10, 30),
            (12, 10, 60),
            "fell by about half, asked 12 → 12 times in 30 → 60 student-weeks; could be chance",
        ),
    ],
)
def test_words_say_how_much_and_whether_it_could_be_chance(
    before: tuple[int, int, int], after: tuple[int, int, int], said: str
) -> None:
    assert words(before, after) == said


def test_words_wait_until_the_earlier_rate_would_have_led_to_five_asks() -> None:
    assert words((12, 10, 36), (3, 10, 14)) == "too early to say, asked 12 → 3 times so far"
    # 12 asks in 36 weeks are 5 in 15.
    assert words((12, 10, 36), (3, 10, 15)) == (
        "fell by about a third, asked 12 → 3 times in 36 → 15 student-weeks; could be chance"
    )


def test_words_do_not_wait_where_more_was_asked_than_chance_would() -> None:
    assert compare(Side(4, 10, 40), Side(12, 10, 40)).verdict is RateVerdict.TOO_FEW_ASKS
    said = "rose to about 4 times as many, asked 4 → 15 times; unlikely to be chance alone"
    assert words((4, 10, 40), (15, 10, 40)) == said


def test_words_stop_waiting_once_it_was_as_long_as_before() -> None:
    assert words((2, 10, 40), (1, 10, 39)) == "too early to say, asked 2 → 1 time so far"
    assert words((2, 10, 40), (1, 10, 40)) == "too few to say, asked 2 → 1 time"


def test_words_need_five_students_on_each_side() -> None:
    assert words((12, 4, 30), (5, 10, 30)) == (
        "too few students before the change to compare with: 4, and 5 are needed"
    )
    assert words((12, 5, 30), (5, 5, 30)) == "fell by about half, asked 12 → 5 times; could be chance"
    assert words((12, 5, 30), (5, 4, 30)) == "too early to say, asked 12 → 5 times so far"


def test_words_say_where_dates_are_missing() -> None:
    few, enough = Side(3, 3, 9, undated=9), Side(12, 10, 30, undated=1)
    said = "no dates for 9 of 12 students before the change, so there is nothing to compare"
    assert comparison_summary(compare(few, enough)) == said
    said = "no dates for 9 of 12 students after the change, so there is nothing to compare"
    assert comparison_summary(compare(enough, few)) == said
    said = "no dates before the change, so there is nothing to compare"
    assert comparison_summary(compare(Side(undated=9), enough)) == said
    assert comparison_summary(compare(enough, Side(3, 10, 10, undated=9))).startswith("too early to say")


def test_words_of_nothing_before() -> None:
    assert words((0, 0, 0), (5, 10, 30)) == (
        "no one was working on it before the change, so there is nothing to compare"
    )
    assert words((0, 10, 30), (2, 10, 30)) == "not asked before the change, asked 0 → 2 times"
    assert words((0, 10, 30), (0, 10, 30)) == "not asked before the change, asked 0 → 0 times"
    # More than chance, and still no ratio to say.
    assert words((0, 10, 30), (20, 10, 30)) == "not asked before the change, asked 0 → 20 times"


def test_words_of_nobody_after() -> None:
    assert words((12, 10, 30), (0, 0, 0)) == "too early to say, asked 12 → 0 times so far"


@pytest.mark.parametrize(
    ("ratio", "said"),
    [
        (RateRatio(0.42, 0.13, 1.273), "0.13 to 1.3"),
        (RateRatio(0, 0, 0.4461), "0.00 to 0.45"),
        (RateRatio(math.inf, 0.41, math.inf), "0.41 or more"),
        (RateRatio(math.nan, 0, math.inf), "anything"),
        (RateRatio(12, 9.96, 20.4), "10 to 20"),
    ],
)
def test_interval_words_name_both_limits_or_say_that_there_is_none(ratio: RateRatio, said: str) -> None:
    assert interval_label(ratio) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0.00"),
        (0.994, "0.99"),
        (0.996, "1.0"),
        (1, "1.0"),
        (9.94, "9.9"),
        (9.96, "10"),
        (math.inf, "no limit"),
    ],
)
def test_number_words_bear_no_more_digits_than_they_know(value: float, said: str) -> None:
    assert number_label(value) == said
