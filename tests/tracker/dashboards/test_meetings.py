"""The next meeting. It is Wednesday 16 September 2026, 11:00 in Lisbon."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from groups.models import Group
from lib.weeks import Period
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.courses import PauseFactory
from tests.factories.tracker import CheckInFactory
from tracker.dashboards.meetings import next_meeting

MONDAY = date(2026, 9, 14)


def label(cast: Cast, meeting: str = "Wednesdays 18:00, by video", **options: Any) -> str | None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=meeting)
    group = Group.objects.select_related("cohort__course").get(pk=cast.clover.pk)
    now, pauses = options.pop("now", NOW), options.pop("pauses", ())
    found = next_meeting(group, group.check_ins.all(), pauses, now, **options)
    return found.label if found else None


@pytest.mark.parametrize(
    ("meeting", "told"),
    [
        ("Wednesdays 18:00, by video", "today 18:00, by video"),
        ("Wednesdays 10:30", "today 10:30"),
        ("Wednesdays 9:30", "Wed 23 September 09:30"),
        ("Thursdays, room 2", "tomorrow, room 2"),
        ("Mondays and Fridays 12:00", "Fri 18 September 12:00"),
        ("by video", None),
        ("", None),
    ],
)
def test_next_meeting_is_worked_out_from_weekday_and_time(cast: Cast, meeting: str, told: str | None) -> None:
    assert label(cast, meeting) == told


def test_day_and_time_are_those_of_the_cohort_and_the_reader_is_told_theirs(cast: Cast) -> None:
    late = NOW + timedelta(hours=13, minutes=30)  # Thursday 00:30 in Lisbon.
    assert label(cast, "Thursdays 18:00", now=late) == "today 18:00"
    assert label(cast, reader_zone="Europe/Paris") == "today 18:00 (19:00 your time), by video"
    assert label(cast, reader_zone="Europe/London") == "today 18:00, by video"


@pytest.mark.parametrize(
    ("hours", "meeting", "reader_zone", "told"),
    [
        (0, "Wednesdays 18:00", "Pacific/Auckland", "today 18:00 (Thu 05:00 your time)"),
        (0, "Wed and Thu 00:30", "America/New_York", "tomorrow 00:30 (Wed 19:30 your time)"),
        # It is Thursday in Auckland already, so that what is tomorrow in Lisbon is today there.
        (5, "Thursdays 10:00", "Pacific/Auckland", "tomorrow 10:00 (Thu 21:00 your time)"),
    ],
)
def test_weekday_of_the_reader_is_named_where_it_differs(
    cast: Cast, hours: int, meeting: str, reader_zone: str, told: str
) -> None:
    assert label(cast, meeting, reader_zone=reader_zone, now=NOW + timedelta(hours=hours)) == told


def test_zones_a_whole_day_apart_differ(cast: Cast) -> None:
    cast.cohort.time_zone = "Pacific/Honolulu"
    cast.cohort.save()
    assert label(cast, "Fridays 18:00", reader_zone="Pacific/Kiritimati") == (
        "Fri 18 September 18:00 (Sat 18:00 your time)"
    )


def test_meeting_that_was_logged_is_over(cast: Cast) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY, held_on=MONDAY)
    assert label(cast) == "Wed 23 September 18:00, by video"


@pytest.mark.parametrize(
    ("moved_to", "told"),
    [
        (date(2026, 9, 16), "today, rescheduled, by video"),
        (date(2026, 9, 18), "Fri 18 September, rescheduled, by video"),
        (date(2026, 9, 25), "Wed 23 September 18:00, by video"),
        (date(2026, 9, 15), "Wed 23 September 18:00, by video"),
        (None, "Wed 23 September 18:00, by video"),
    ],
)
def test_meeting_that_was_moved_is_on_its_new_day(cast: Cast, moved_to: date | None, told: str) -> None:
    moved = {"outcome": "moved", "minutes": None, "held_on": moved_to}
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY, **moved)
    assert label(cast) == told


def test_meeting_that_was_moved_is_at_its_new_time(cast: Cast) -> None:
    moved = {"outcome": "moved", "minutes": None, "held_on": date(2026, 9, 18), "held_at": time(17, 30)}
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY, **moved)
    assert label(cast, "Tuesdays 18:00, by video") == "Fri 18 September 17:30, rescheduled, by video"


def test_meeting_moved_from_last_week_comes_first(cast: Cast) -> None:
    moved = {"outcome": "moved", "minutes": None, "held_on": date(2026, 9, 17)}
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY - timedelta(7), **moved)
    assert label(cast, "Fridays 18:00") == "tomorrow, rescheduled"


def test_no_meeting_in_a_pause_nor_once_the_cohort_is_closed(cast: Cast) -> None:
    pauses = [Period(date(2026, 9, 16), date(2026, 9, 23))]
    assert label(cast, pauses=pauses) == "Wed 30 September 18:00, by video"
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert label(cast) is None


@pytest.mark.parametrize(
    ("who", "path", "told", "later"),
    [
        ("ana", "/week/", "today 18:00 (thu 02:00 your time)", "30 sep 18:00"),
        ("ana", "/groups/{}/", "today 18:00 (thu 02:00 your time)", "wed 30 september 18:00"),
        ("marta", "/groups/", "tomorrow 02:00 your time", "1 oct 02:00 your time"),
    ],
)
def test_next_meeting_stands_on_the_pages_of_the_group(
    cast: Cast, as_: Any, who: str, path: str, told: str, later: str
) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 23), ends_on=date(2026, 9, 23))
    Group.objects.filter(pk=cast.clover.pk).update(meeting="Wednesdays 18:00, by video")
    User.objects.filter(pk=cast.person(who).pk).update(time_zone="Asia/Tokyo")
    page = as_(who).get(path.format(cast.clover.pk), follow=True).text
    assert told in page.lower()
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY, held_on=MONDAY, logged_at=timezone.now())
    assert later in as_(who).get(path.format(cast.clover.pk), follow=True).text.lower()


def test_before_the_first_check_in_the_week_leads_to_what_the_course_says(cast: Cast, as_: Any) -> None:
    link = '<a href="/courses/llm/">About the course</a>'
    assert link in as_("ana").get("/week/", follow=True).text
    CheckInFactory.create(group=cast.clover)
    assert link not in as_("ana").get("/week/", follow=True).text
