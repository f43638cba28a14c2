"""Days, weeks and periods. 2026-W38 is the week from Monday 14 to Sunday 20 September 2026."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest

from lib.weeks import (
    Period,
    Week,
    after_pause,
    days_between_without,
    holds,
    monday_of,
    today_in,
)

MONDAY = date(2026, 9, 14)
SUNDAY = date(2026, 9, 20)
DAY = timedelta(days=1)


def september(first: int, last: int | None) -> Period:
    return Period(date(2026, 9, first), None if last is None else date(2026, 9, last))


@pytest.mark.parametrize("days", range(7))
def test_monday_of_any_day_of_a_week(days: int) -> None:
    assert monday_of(MONDAY + days * DAY) == MONDAY


class TestPeriod:
    def test_period_that_ends_before_it_starts_is_refused(self) -> None:
        with pytest.raises(ValueError, match="cannot end on 2026-09-13"):
            Period(MONDAY, MONDAY - DAY)

    @pytest.mark.parametrize(("day", "is_in"), [(13, False), (14, True), (20, True), (21, False)])
    def test_period_contains_both_of_its_ends(self, day: int, is_in: bool) -> None:
        assert september(14, 20).contains(date(2026, 9, day)) is is_in

    @pytest.mark.parametrize(("day", "is_in"), [(13, False), (14, True), (30, True)])
    def test_period_without_an_end_contains_all_that_follows(self, day: int, is_in: bool) -> None:
        assert september(14, None).contains(date(2026, 9, day)) is is_in


class TestWeek:
    @pytest.mark.parametrize("days", range(1, 7))
    def test_week_that_starts_on_another_day_is_refused(self, days: int) -> None:
        with pytest.raises(ValueError, match="starts on a Monday"):
            Week(MONDAY + days * DAY)

    @pytest.mark.parametrize("days", range(7))
    def test_week_of_any_of_its_days(self, days: int) -> None:
        week = Week.of(MONDAY + days * DAY)
        assert (week.starts_on, week.friday, week.ends_on) == (MONDAY, date(2026, 9, 18), SUNDAY)

    @pytest.mark.parametrize(
        ("day", "is_in"), [(MONDAY - DAY, False), (MONDAY, True), (SUNDAY, True), (SUNDAY + DAY, False)]
    )
    def test_week_contains_monday_to_sunday(self, day: date, is_in: bool) -> None:
        assert Week(MONDAY).contains(day) is is_in

    def test_weeks_follow_each_other_in_order(self) -> None:
        week = Week(MONDAY)
        assert week.next() == Week(date(2026, 9, 21))
        assert week.previous() == Week(date(2026, 9, 7))
        assert week.previous() < week < week.next()

    @pytest.mark.parametrize(
        ("monday", "label"),
        [
            (date(2026, 9, 14), "Mon 14 to Sun 20 September"),
            (date(2026, 9, 28), "Mon 28 September to Sun 4 October"),
            (date(2026, 12, 28), "Mon 28 December 2026 to Sun 3 January 2027"),
        ],
    )
    def test_week_label_names_month_and_year_where_they_differ(self, monday: date, label: str) -> None:
        assert Week(monday).label == label

    @pytest.mark.parametrize(
        ("monday", "slug"),
        [
            (date(2026, 9, 14), "2026-W38"),
            (date(2026, 1, 5), "2026-W02"),
            # ISO counts the last days of December to the next year's first week, and 2026 has 53 weeks.
            (date(2025, 12, 29), "2026-W01"),
            (date(2026, 12, 28), "2026-W53"),
        ],
    )
    def test_week_slug_there_and_back(self, monday: date, slug: str) -> None:
        assert Week(monday).iso == slug
        assert Week.from_iso(slug) == Week(monday)

    @pytest.mark.parametrize(
        "slug",
        [
            "",
            "2026",
            "2026-38",
            "2026-W00",
            "2026-W54",
            "2025-W53",
            "2026-W3",
            "2026-W381",
            "2026-w38",
            " 2026-W38",
            "2026-W38\n",
            "२०२६-W38",
            "1999-W10",
            "9999-W52",
        ],
    )
    def test_week_from_a_slug_that_names_none_is_refused(self, slug: str) -> None:
        with pytest.raises(ValueError, match=r"(?i)week"):
            Week.from_iso(slug)

    @pytest.mark.parametrize(
        ("pauses", "is_paused"),
        [
            ([], False),
            ([september(14, 18)], True),
            ([september(14, 17)], False),
            ([september(15, 18)], False),
            ([september(19, 20)], False),
            ([september(1, 30)], True),
            ([september(1, None)], True),
            ([september(16, 18), september(14, 15)], True),
            ([september(14, 15), september(17, 18)], False),
        ],
    )
    def test_week_is_paused_when_pauses_cover_monday_to_friday(
        self, pauses: list[Period], is_paused: bool
    ) -> None:
        assert Week(MONDAY).is_paused(pauses) is is_paused


class TestToday:
    @pytest.mark.parametrize(
        ("time_zone", "today"),
        [
            ("UTC", date(2026, 9, 14)),
            ("Europe/Lisbon", date(2026, 9, 15)),
            ("Pacific/Auckland", date(2026, 9, 15)),
            ("America/Sao_Paulo", date(2026, 9, 14)),
        ],
    )
    def test_today_is_the_day_of_the_time_zone(self, time_zone: str, today: date) -> None:
        assert today_in(time_zone, datetime(2026, 9, 14, 23, 30, tzinfo=UTC)) == today

    def test_today_of_a_naive_moment_is_refused(self) -> None:
        with pytest.raises(ValueError, match="aware"):
            today_in("UTC", datetime(2026, 9, 14, 12))  # noqa: DTZ001 - the naive moment is what is refused


class TestDaysBetween:
    @pytest.mark.parametrize(
        ("start", "end", "pauses", "days"),
        [
            (14, 20, [], 6),
            (14, 14, [], 0),
            (20, 14, [], 0),
            # The start is not counted, the end is.
            (14, 20, [september(14, 14)], 6),
            (14, 20, [september(15, 15)], 5),
            (14, 20, [september(20, 20)], 5),
            (14, 20, [september(21, 25)], 6),
            (14, 20, [september(1, 30)], 0),
            (14, 20, [september(18, None)], 3),
            # Pauses that overlap or hold each other count once, in any order.
            (14, 20, [september(17, 19), september(16, 18)], 2),
            (14, 20, [september(15, 19), september(16, 17)], 1),
            (20, 14, [september(15, 16)], 0),
        ],
    )
    def test_days_between_leaves_out_pauses(
        self, start: int, end: int, pauses: list[Period], days: int
    ) -> None:
        assert days_between_without(date(2026, 9, start), date(2026, 9, end), pauses) == days

    def test_days_between_agrees_with_counting_day_by_day(self) -> None:
        edges = [None, 3, 5, 6, 9]
        periods = [
            september(first, last)
            for first, last in product([2, 4, 6], edges)
            if last is None or first <= last
        ]
        days = [date(2026, 9, day) for day in range(1, 11)]
        for one, other in product(periods, periods):
            for start, end in product(days, days):
                counted = sum(
                    start < day <= end and not one.contains(day) and not other.contains(day) for day in days
                )
                assert days_between_without(start, end, [one, other]) == counted, (start, end, one, other)


class TestAfterPause:
    @pytest.mark.parametrize(
        ("pauses", "day"),
        [
            ([], 20),
            ([september(14, 19)], 20),
            ([september(20, 20)], 21),
            ([september(14, 27)], 28),
            ([september(21, 27)], 20),
            # One pause leads into the next, in any order.
            ([september(24, 25), september(20, 23)], 26),
            ([september(18, 22), september(19, 20)], 23),
            ([september(18, 20), september(22, 25)], 21),
        ],
    )
    def test_day_in_a_pause_moves_to_the_first_day_after(self, pauses: list[Period], day: int) -> None:
        assert after_pause(SUNDAY, pauses) == date(2026, 9, day)

    def test_day_in_a_pause_without_an_end_never_comes(self) -> None:
        assert after_pause(SUNDAY, [september(20, None)]) is None
        assert after_pause(SUNDAY, [september(21, None)]) == SUNDAY


@pytest.mark.parametrize(("day", "is_held"), [(13, False), (14, True), (20, True), (21, False)])
def test_holds_until_the_day_before_its_end(day: int, is_held: bool) -> None:
    assert holds(date(2026, 9, day), date(2026, 9, 14), date(2026, 9, 21)) is is_held


def test_holds_without_a_start_or_an_end() -> None:
    assert holds(date(2026, 9, 13), None, date(2026, 9, 14))
    assert not holds(date(2026, 9, 14), None, date(2026, 9, 14))
    assert holds(date(2036, 9, 14), date(2026, 9, 14), None)
    assert not holds(date(2026, 9, 13), date(2026, 9, 14), None)
