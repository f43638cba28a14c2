"""The calendar of the LLM specialisation: four teaching weeks, three milestones beyond them."""

from datetime import date, timedelta

import pytest

from courses.calendar import Pause, due_dates, paused_weeks, teaching_week_number, teaching_weeks

STARTS_ON = date(2026, 9, 7)


def september(first: int, last: int | None) -> Pause:
    return Pause(date(2026, 9, first), None if last is None else date(2026, 9, last))


def days(text: str) -> list[date]:
    """ "7 14" are Monday 7 and Monday 14 September; numbers beyond 30 count on into October."""
    return [date(2026, 8, 31) + timedelta(days=int(day)) for day in text.split()]


class TestTeachingWeeks:
    @pytest.mark.parametrize("day", range(7, 14))
    def test_first_week_holds_the_start(self, day: int) -> None:
        weeks = teaching_weeks(date(2026, 9, day), [], 4)
        assert [week.starts_on for week in weeks] == days("7 14 21 28")

    @pytest.mark.parametrize(
        ("pauses", "mondays"),
        [
            pytest.param([september(14, 20)], "7 21 28 35", id="a whole week"),
            pytest.param([september(14, 18)], "7 21 28 35", id="Monday to Friday"),
            pytest.param([september(14, 17)], "7 14 21 28", id="Monday to Thursday moves nothing"),
            pytest.param([september(15, 20)], "7 14 21 28", id="Tuesday to Sunday moves nothing"),
            pytest.param([september(14, 16), september(17, 18)], "7 21 28 35", id="two pauses make a week"),
            pytest.param([september(12, 27)], "7 28 35 42", id="two weeks"),
            pytest.param([september(14, 20), september(28, 30)], "7 21 28 35", id="one and a part"),
            pytest.param([september(1, 13)], "14 21 28 35", id="the first week itself"),
            pytest.param([september(1, 6)], "7 14 21 28", id="before the start"),
        ],
    )
    def test_paused_week_pushes_the_later_ones_back(self, pauses: list[Pause], mondays: str) -> None:
        assert [week.starts_on for week in teaching_weeks(STARTS_ON, pauses, 4)] == days(mondays)

    @pytest.mark.parametrize(
        ("pause", "mondays"),
        [(september(21, None), "7 14"), (september(18, None), "7 14"), (september(1, None), "")],
    )
    def test_pause_without_an_end_ends_the_weeks(self, pause: Pause, mondays: str) -> None:
        assert [week.starts_on for week in teaching_weeks(STARTS_ON, [pause], 4)] == days(mondays)

    def test_no_weeks_asked_for(self) -> None:
        assert teaching_weeks(STARTS_ON, [], 0) == ()


def test_paused_weeks_are_those_without_a_working_day() -> None:
    fortnight = Pause(date(2026, 12, 19), date(2027, 1, 3))
    half = Pause(date(2026, 11, 4), date(2026, 11, 6))
    assert paused_weeks([fortnight, half]) == {date(2026, 12, 21), date(2026, 12, 28)}
    # Two pauses that meet make a week.
    assert paused_weeks([Pause(date(2026, 11, 2), date(2026, 11, 3)), half]) == {date(2026, 11, 2)}
    assert paused_weeks([]) == frozenset()


class TestDueDates:
    WEEKS = {11: 1, 12: 2, 13: 3, 14: 4, 15: None, 16: None, 17: None}

    @pytest.mark.parametrize(
        ("pauses", "sundays"),
        [
            pytest.param([], "13 20 27 34", id="without pauses"),
            pytest.param([september(14, 18)], "13 27 34 41", id="a paused week"),
            pytest.param([september(20, 20)], "13 21 27 34", id="a paused Sunday"),
            pytest.param([september(19, 23)], "13 24 27 34", id="a pause over the Sunday"),
            pytest.param([september(14, 19)], "13 27 34 41", id="Monday to Saturday"),
            pytest.param([september(15, 20)], "13 21 27 34", id="Tuesday to Sunday"),
            pytest.param([september(13, 20)], "21 27 34 41", id="the Sunday before a paused week too"),
        ],
    )
    def test_due_on_the_sunday_of_the_teaching_week(self, pauses: list[Pause], sundays: str) -> None:
        expected = dict(zip([11, 12, 13, 14], days(sundays), strict=True))
        assert due_dates(STARTS_ON, pauses, self.WEEKS) == expected | {15: None, 16: None, 17: None}

    def test_due_dates_of_milestones_in_one_week_and_out_of_order(self) -> None:
        first, third = days("13 27")
        assert due_dates(STARTS_ON, [], {1: 3, 2: 1, 3: 3}) == {1: third, 2: first, 3: third}

    def test_due_dates_when_no_milestone_has_a_week(self) -> None:
        assert due_dates(STARTS_ON, [], {1: None}) == {1: None}
        assert due_dates(STARTS_ON, [], {}) == {}

    def test_due_dates_behind_a_pause_without_an_end(self) -> None:
        pauses = [september(20, None)]
        assert due_dates(STARTS_ON, pauses, {1: 1, 2: 2, 3: 3}) == {1: date(2026, 9, 13), 2: None, 3: None}

    @pytest.mark.parametrize("week", [0, -1])
    def test_due_dates_of_a_week_below_one_are_refused(self, week: int) -> None:
        with pytest.raises(ValueError, match="counted from 1"):
            due_dates(STARTS_ON, [], {1: 1, 2: week})


class TestTeachingWeekNumber:
    @pytest.mark.parametrize(
        ("day", "number"), [(1, None), (6, None), (7, 1), (13, 1), (14, 2), (20, 2), (34, 4), (35, 5)]
    )
    def test_week_number_counts_from_the_start(self, day: int, number: int | None) -> None:
        assert teaching_week_number(STARTS_ON, [], days(str(day))[0]) == number

    @pytest.mark.parametrize(("day", "number"), [(8, None), (9, 1), (13, 1), (14, 2)])
    def test_week_number_of_a_cohort_that_starts_on_a_wednesday(self, day: int, number: int | None) -> None:
        assert teaching_week_number(date(2026, 9, 9), [], date(2026, 9, day)) == number

    @pytest.mark.parametrize(("day", "number"), [(13, 1), (14, None), (20, None), (21, 2), (28, 3)])
    def test_paused_week_has_no_number(self, day: int, number: int | None) -> None:
        assert teaching_week_number(STARTS_ON, [september(14, 20)], date(2026, 9, day)) == number

    @pytest.mark.parametrize(("day", "number"), [(7, None), (13, None), (14, 1)])
    def test_week_number_when_the_first_week_is_paused(self, day: int, number: int | None) -> None:
        assert teaching_week_number(STARTS_ON, [september(7, 11)], date(2026, 9, day)) == number

    def test_week_number_in_a_pause_without_an_end(self) -> None:
        assert teaching_week_number(STARTS_ON, [september(14, None)], date(2027, 1, 1)) is None
