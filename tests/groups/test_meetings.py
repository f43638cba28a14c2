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
        ("Tuesdays 5:30 p.m., by video", {1}, time(17, 30), "by video"),
        ("Tuesdays 5.30 pm", {1}, time(17, 30), ""),
        ("Tuesdays 5 P.M. in room 2.04", {1}, time(17), "in room 2.04"),
        ("Tuesdays 17:00, the notes by 5 pm on Mondays", {1}, time(17), "the notes by 5 pm on Mondays"),
        ("Mondays 10:00, Sun room", {0}, time(10), "Sun room"),
        ("room 4, Mondays 10:00", {0}, time(10), ""),
        ("Mardis 18 h 30, visio", {1}, time(18, 30), "visio"),
        ("Mon 17:00 and Wed and Fri, room 2.04", {0, 2, 4}, time(17), "room 2.04"),
        ("Mondays 17:00 and Thursdays 18:00", {0}, time(17), "and Thursdays 18:00"),
    ],
)
def test_weekdays_time_and_how_are_read_from_the_line(
    text: str, weekdays: set[int], at: time | None, how: str
) -> None:
    meets = read_meeting(text)
    assert meets is not None
    assert (meets.weekdays, meets.at, meets.how) == (weekdays, at, how)


@pytest.mark.parametrize(
    ("text", "at", "how"),
    [
        ("Tuesdays 5-6 pm", time(17), ""),
        ("Tuesdays 5 - 6.30 p.m., online", time(17), "online"),
        ("Tuesdays 11:30-1 pm", time(11, 30), ""),
        ("Tuesdays 11-1 am", time(23), ""),
        ("Tuesdays 17h-18h30", time(17), ""),
        ("Terças 17 às 18h, vídeo", time(17), "vídeo"),
        ("Tuesdays 17:00-18:00, by video", time(17), "by video"),
        ("Tuesdays 17:00 – 18:00, by video", time(17), "by video"),
        ("Terças das 17h até às 18h30, vídeo", time(17), "vídeo"),
        ("Tuesdays 17.00 - 18.00", time(17), ""),
        ("Tuesdays 17:00 - 2.04", time(17), "2.04"),
        ("Tuesdays, room 2 - 17:00", time(17), ""),
        ("Tuesdays 17-6 pm", time(17), ""),
        ("Tuesdays 2-3", None, "2-3"),
    ],
)
def test_range_begins_the_meeting_and_its_end_says_nothing(text: str, at: time | None, how: str) -> None:
    meets = read_meeting(text)
    assert meets is not None
    assert (meets.weekdays, meets.at, meets.how) == ({1}, at, how)


@pytest.mark.parametrize("text", ["", "by video", "17:00", "when Montag comes"])
def test_line_without_a_weekday_says_nothing(text: str) -> None:
    assert read_meeting(text) is None
