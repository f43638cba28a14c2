from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from tests.conftest import Cast
from tests.factories.courses import PauseFactory
from tests.factories.tracker import CheckInFactory
from tracker.dashboards.my_groups import mentor_dashboard
from tracker.dashboards.my_groups.check_ins import CheckInSummary


def log(cast: Cast, *weeks: int, **fields: object) -> None:
    """Log Clover's check-ins of the weeks that begin on these days of September; 31 is that of 31 August."""
    for day in weeks:
        month = 8 if day == 31 else 9
        CheckInFactory.create(
            group=cast.clover, week_starts_on=date(2026, month, day), logged_by=cast.marta, **fields
        )


def line(cast: Cast) -> CheckInSummary:
    card = mentor_dashboard(mentor=cast.marta, now=timezone.now()).card_of(cast.clover.pk)
    assert card is not None
    return card.check_in


def told(cast: Cast) -> tuple[str, str]:
    found = line(cast)
    return found.label, "late" if found.is_late else "near" if found.is_near else ""


@pytest.mark.parametrize(
    ("day", "words", "tone"),
    [
        (14, "check-in due by Sunday", ""),
        (17, "check-in due by Sunday", ""),
        (18, "check-in due by Sunday", "near"),
        (20, "check-in due today", "near"),
    ],
)
def test_check_in_that_is_due_turns_amber_on_friday(cast: Cast, day: int, words: str, tone: str) -> None:
    log(cast, 31, 7)
    with time_machine.travel(datetime(2026, 9, day, 10, tzinfo=UTC), tick=False):
        assert told(cast) == (words, tone)
        assert line(cast).to_log is not None


def test_check_in_that_is_late_comes_before_the_one_of_this_week(cast: Cast) -> None:
    log(cast, 31)
    found = line(cast)
    assert told(cast) == ("check-in late since Mon 14 September", "late")
    assert found.to_log is not None
    assert (found.to_log.iso, found.to_log.state) == ("2026-W37", "late")
    assert [(week.iso, week.state) for week in found.others] == [("2026-W38", "this week")]


def test_check_ins_that_were_missed_can_be_logged_after_all(cast: Cast) -> None:
    found = line(cast)
    assert [(week.iso, week.state) for week in found.others] == [
        ("2026-W38", "this week"),
        ("2026-W36", "missed"),
    ]
    with time_machine.travel(datetime(2026, 9, 30, 10, tzinfo=UTC), tick=False):
        assert [week.iso for week in line(cast).others] == ["2026-W40", "2026-W38", "2026-W37"]


def test_check_in_that_was_logged_is_opened_and_counts_its_minutes(cast: Cast) -> None:
    log(cast, 31, 7)
    log(cast, 14, held_on=date(2026, 9, 15), minutes=25)
    found = line(cast)
    assert told(cast) == ("check-in logged Tue, 25 min", "")
    assert (found.logged_iso, found.to_log, found.others, found.minutes) == ("2026-W38", None, (), 25)


def test_check_in_logged_this_week_hides_no_late_one(cast: Cast) -> None:
    log(cast, 31, 14)
    found = line(cast)
    assert told(cast)[0] == "check-in late since Mon 14 September"
    assert found.to_log is not None
    assert (found.to_log.iso, found.logged_iso, found.others) == ("2026-W37", "2026-W38", ())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"outcome": "cancelled", "minutes": None, "held_on": None}, "check-in logged: cancelled"),
        ({"outcome": "group_absent", "minutes": None}, "check-in logged: group absent"),
        ({"logged_as": "cover"}, "check-in logged Mon, 30 min, by the cover"),
    ],
)
def test_check_in_says_what_became_of_it(cast: Cast, fields: dict[str, object], words: str) -> None:
    log(cast, 31, 7)
    log(cast, 14, **fields)
    assert told(cast) == (words, "")


def test_week_of_a_pause_asks_for_no_check_in(cast: Cast) -> None:
    log(cast, 31, 7)
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 18))
    found = line(cast)
    assert (told(cast), found.to_log, found.others) == (("no check-in this week", ""), None, ())


def test_cohort_that_has_not_begun_says_nothing_of_check_ins(cast: Cast) -> None:
    cast.clover.mentorships.update(started_on=date(2026, 8, 17))
    with time_machine.travel(datetime(2026, 8, 20, 10, tzinfo=UTC), tick=False):
        found = line(cast)
    assert (found.label, found.to_log, found.others, found.logged_iso) == ("", None, (), "")
