from datetime import time

import pytest

from groups.meetings import read_meeting


@pytest.mark.parametrize(
    ("text", "weekdays", "at", "how"),
    [
        ("Tuesdays 17:00, by video", {1}, time(17), "by video"),
        ("Wed 9:30", {2}, time(9, 30), ""),
        ("Mondays 17:00, in room 2.04", {0}, time(17), "in room 2.04"),
        ("in room 2.04, Mondays 17:00", {0}, time(17), ""),
        ("Fridays", {4}, None, ""),
        ("Tuesdays and Thursdays at 5 pm, online", {1, 3}, time(17), "online"),
        ("12:15 am on Sundays", {6}, time(0, 15), ""),
        ("Mercredis 18h30, visio", {2}, time(18, 30), "visio"),
        ("Terças 18h", {1}, time(18), ""),
        ("sábados 10.30", {5}, time(10, 30), ""),
    ],
)
def test_weekdays_time_and_how_are_read_from_the_line(
    text: str, weekdays: set[int], at: time | None, how: str
) -> None:
    meets = read_meeting(text)
    assert meets is not None
    assert (meets.weekdays, meets.at, meets.how) == (weekdays, at, how)


@pytest.mark.parametrize("text", ["", "by video", "17:00", "when Montag comes"])
def test_line_without_a_weekday_says_nothing(text: str) -> None:
    assert read_meeting(text) is None
