"""The next meeting. It is Wednesday 16 September 2026, 11:00 in Lisbon."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from groups.models import Group
from lib.weeks import Week
from people.models import User
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import PauseFactory
from tests.factories.tracker import CheckInFactory
from tracker.dashboards.meetings import day_of_next_meeting, day_to_log, meeting_ahead, next_meeting
from tracker.models import CheckIn

MONDAY = date(2026, 9, 14)


def label(cast: Cast, meeting: str = "Wednesdays 18:00, by video", **options: Any) -> str | None:
    Group.objects.filter(pk=cast.clover.pk).update(meeting=meeting)
    group = Group.objects.select_related("cohort__course").get(pk=cast.clover.pk)
    found = next_meeting(group, group.check_ins.all(), options.pop("now", NOW), **options)
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


def test_meeting_stays_where_one_met_besides_it(cast: Cast) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY, is_besides=True)
    assert label(cast) == "today 18:00, by video"


@pytest.mark.parametrize(
    ("meeting", "held_on", "told"),
    [
        ("Mondays and Fridays 12:00", MONDAY, "Fri 18 September 12:00"),
        ("Thursdays and Fridays 12:00", MONDAY, "Fri 18 September 12:00"),
        ("Mondays and Wednesdays 12:00", TODAY, "Mon 21 September 12:00"),
    ],
)
def test_later_meetings_of_the_week_stay(cast: Cast, meeting: str, held_on: date, told: str) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY, held_on=held_on)
    assert label(cast, meeting) == told


@pytest.mark.parametrize("outcome", ["cancelled", "moved"])
def test_all_meetings_of_a_week_are_cancelled_or_moved(cast: Cast, outcome: str) -> None:
    CheckInFactory.create(
        group=cast.clover, week_starts_on=MONDAY, outcome=outcome, held_on=None, minutes=None
    )
    assert label(cast, "Mondays and Fridays 12:00") == "Mon 21 September 12:00"


@pytest.mark.parametrize(
    ("meeting", "hours", "ahead"),
    [
        ("Wednesdays 18:00", 6.999, True),
        ("Wednesdays 18:00", 7, False),
        # Without an hour until midnight in Lisbon.
        ("Wednesdays", 12.999, True),
        ("Wednesdays", 13, False),
        # The first of a week: the other ones have no check-in of their own.
        ("Mondays and Fridays", 0, False),
        ("by video", 0, False),
    ],
)
def test_meeting_is_ahead_until_it_begins(cast: Cast, meeting: str, hours: float, ahead: bool) -> None:
    group = Group(cohort=cast.cohort, meeting=meeting)
    found = meeting_ahead(group, Week.of(MONDAY), None, NOW + timedelta(hours=hours))
    assert (found is not None) is ahead


def test_meeting_that_was_moved_is_ahead_until_its_new_time(cast: Cast) -> None:
    group = Group(cohort=cast.cohort, meeting="Mondays 18:00")
    moved = {"week_starts_on": MONDAY, "outcome": "moved"}
    check_in = CheckIn(**moved, held_on=date(2026, 9, 22), held_at=time(17))
    begins = NOW + timedelta(days=6, hours=6)
    found = meeting_ahead(group, Week.of(MONDAY), check_in, begins - timedelta(seconds=1))
    assert found is not None
    assert found.label == "today 17:00, rescheduled"
    assert meeting_ahead(group, Week.of(MONDAY), check_in, begins) is None
    assert meeting_ahead(group, Week.of(MONDAY), CheckIn(**moved), NOW) is None
    # Other outcomes say nothing of when it was planned.
    cancelled = CheckIn(week_starts_on=MONDAY, outcome="cancelled")
    monday = NOW - timedelta(days=2)
    assert meeting_ahead(group, Week.of(MONDAY), cancelled, monday) is not None


@pytest.mark.parametrize(
    ("meeting", "day"),
    [
        ("Thursdays", None),
        ("Wednesdays", TODAY),
        ("Mondays and Fridays", MONDAY),
        ("Tuesdays and Wednesdays", TODAY),
        ("", TODAY),
    ],
)
def test_day_of_a_check_in_is_proposed_from_the_meetings_day_on(
    cast: Cast, meeting: str, day: date | None
) -> None:
    group = Group(cohort=cast.cohort, meeting=meeting)
    assert day_to_log(group, Week.of(MONDAY), None, TODAY) == day


@pytest.mark.parametrize(
    ("meeting", "is_besides", "day"),
    [
        ("Fridays", True, date(2026, 9, 18)),
        ("Fridays", False, date(2026, 9, 25)),
        # It was the meeting of today.
        ("Wednesdays", False, date(2026, 9, 23)),
        ("", False, date(2026, 9, 22)),
    ],
)
def test_next_meeting_after_one_met_on_tuesday(cast: Cast, meeting: str, is_besides: bool, day: date) -> None:
    group = Group(cohort=cast.cohort, meeting=meeting)
    tuesday = date(2026, 9, 15)
    assert day_of_next_meeting(group, Week.of(MONDAY), TODAY, tuesday, is_besides) == day


def test_meeting_that_was_moved_is_at_its_new_time(cast: Cast) -> None:
    moved = {"outcome": "moved", "minutes": None, "held_on": date(2026, 9, 18), "held_at": time(17, 30)}
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY, **moved)
    assert label(cast, "Tuesdays 18:00, by video") == "Fri 18 September 17:30, rescheduled, by video"


def test_meeting_moved_from_last_week_comes_first(cast: Cast) -> None:
    moved = {"outcome": "moved", "minutes": None, "held_on": date(2026, 9, 17)}
    CheckInFactory.create(group=cast.clover, week_starts_on=MONDAY - timedelta(7), **moved)
    assert label(cast, "Fridays 18:00") == "tomorrow, rescheduled"


def test_no_meeting_in_a_pause_nor_once_the_cohort_is_closed(cast: Cast) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 16), ends_on=date(2026, 9, 23))
    assert label(cast) == "Wed 30 September 18:00, by video"
    cast.cohort.closed_on = date(2026, 9, 16)
    cast.cohort.save()
    assert label(cast) is None


@pytest.mark.parametrize(
    ("who", "path", "told", "later"),
    [
        ("ana", "/week/", "today 18:00 (thu 02:00 your time)", "30 sep 18:00"),
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
