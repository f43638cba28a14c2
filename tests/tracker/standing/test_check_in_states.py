"""The state of each check-in of a group, week by week."""

import pytest

from lib.weeks import Period
from tests.tracker.standing.group_story import group, logged_on, states_of, status_of
from tests.tracker.standing.story import days, sep
from tracker.standing import (
    Outcome,
)


class TestStates:
    @pytest.mark.parametrize(
        ("today", "states"),
        [
            (6, ""),
            (7, "due"),
            (13, "due"),
            (14, "late due"),
            (20, "late due"),
            (21, "missed late due"),
            (28, "missed missed late due"),
        ],
    )
    def test_check_in_is_due_then_late_then_missed(self, today: int, states: str) -> None:
        assert states_of(group(today)) == states

    @pytest.mark.parametrize(
        ("logged", "states"),
        [
            ([7], "done late due"),
            ([14], "missed done due"),
            ([21], "missed late done"),
            ([7, 14, 21], "done done done"),
            pytest.param([28], "missed late due", id="a week to come"),
        ],
    )
    def test_check_in_logged_is_done(self, logged: list[int], states: str) -> None:
        assert states_of(group(21, logged=logged)) == states

    @pytest.mark.parametrize("outcome", list(Outcome))
    @pytest.mark.parametrize(("was_stand_in", "state"), [(False, "done"), (True, "covered")])
    def test_check_in_logged_keeps_its_outcome_and_minutes(
        self, outcome: Outcome, was_stand_in: bool, state: str
    ) -> None:
        check_in = logged_on(7, outcome, 25, was_stand_in=was_stand_in)
        (week,) = status_of(group(10, check_ins=[check_in])).weeks
        assert (week.state, week.outcome, week.minutes) == (state, outcome, 25)

    def test_check_in_not_logged_has_no_outcome(self) -> None:
        (week,) = status_of(group(10)).weeks
        assert (week.outcome, week.minutes) == (None, None)

    @pytest.mark.parametrize(
        ("today", "monday"), [(6, None), (7, 7), (13, 7), (14, 14), (34, 28), (35, None)]
    )
    def test_this_week_is_the_week_of_today(self, today: int, monday: int | None) -> None:
        this_week = status_of(group(today, closed=35)).this_week
        assert (this_week and this_week.week.starts_on) == (monday and sep(monday))

    @pytest.mark.parametrize(
        ("pauses", "today", "states"),
        [
            ([days(14, 18)], 21, "late none due"),
            ([days(14, 20)], 27, "late none due"),
            ([days(14, 20)], 28, "missed none late due"),
            ([days(14, 17)], 21, "late late due"),
            ([days(14, 17)], 24, "late late due"),
            ([days(14, 17)], 25, "missed late due"),
            ([days(7, 20)], 21, "none none due"),
        ],
    )
    def test_paused_week_expects_no_check_in_and_stops_the_clock_of_the_others(
        self, pauses: list[Period], today: int, states: str
    ) -> None:
        assert states_of(group(today, pauses=pauses)) == states

    def test_check_in_held_in_a_paused_week_is_done(self) -> None:
        assert states_of(group(21, pauses=[days(14, 20)], logged=[14])) == "late done due"

    @pytest.mark.parametrize(
        ("members", "states"),
        [
            ([], "none none none"),
            ([(14, None)], "none late due"),
            ([(18, None)], "none late due"),
            pytest.param([(19, None)], "none none due", id="first members on a Saturday"),
            ([(30, None)], "none none none"),
            ([(1, 14)], "missed none none"),
            ([(1, 20)], "missed none none"),
            ([(1, 21)], "missed late none"),
            ([(1, 27)], "missed late none"),
            ([(1, 28)], "missed late due"),
            ([(1, 10), (10, None)], "missed late due"),
            ([(1, 14), (22, None)], "missed none due"),
            pytest.param([(1, 14), (30, None)], "missed none none", id="empty until somebody comes"),
        ],
    )
    def test_check_in_is_expected_while_the_group_has_members(
        self, members: list[tuple[int, int | None]], states: str
    ) -> None:
        assert states_of(group(24, members=members)) == states

    @pytest.mark.parametrize(
        ("starts", "today", "states"),
        [
            (9, 8, ""),
            (9, 9, "due"),
            (11, 14, "late due"),
            pytest.param(12, 14, "none due", id="a cohort that starts on a Saturday"),
        ],
    )
    def test_check_in_is_expected_from_the_week_of_the_start(
        self, starts: int, today: int, states: str
    ) -> None:
        assert states_of(group(today, starts=starts)) == states

    def test_first_week_that_is_paused_from_the_start_on_expects_none(self) -> None:
        assert states_of(group(14, starts=9, pauses=[days(9, 11)])) == "none due"
        assert states_of(group(14, starts=9, pauses=[days(7, 10)])) == "late due"

    @pytest.mark.parametrize(
        ("closed", "states"),
        [
            (7, ""),
            (8, "none"),
            (14, "missed"),
            (15, "missed none"),
            (20, "missed none"),
            (21, "missed late"),
            (24, "missed late none"),
            (25, "missed late none"),
            (28, "missed late due"),
        ],
    )
    def test_check_in_is_not_expected_from_the_week_in_which_the_cohort_closes(
        self, closed: int, states: str
    ) -> None:
        assert states_of(group(24, closed=closed)) == states

    @pytest.mark.parametrize(("members_until", "closed"), [(21, 28), (28, 21), (21, 21)])
    def test_check_in_is_not_expected_once_the_members_or_the_cohort_are_gone(
        self, members_until: int, closed: int
    ) -> None:
        weeks = states_of(group(30, members=[(1, members_until)], closed=closed)).split()
        assert weeks[:2] == ["missed", "missed"]
        assert set(weeks[2:]) <= {"none"}

    def test_check_in_of_the_week_in_which_the_cohort_closes_can_be_logged(self) -> None:
        assert states_of(group(60, closed=25, logged=[21])) == "missed missed done"
