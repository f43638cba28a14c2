from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import timezone

from tests.conftest import Cast
from tests.factories.courses import PauseFactory
from tests.factories.tracker import CheckInFactory
from tracker.dashboards.board import cohort_board
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
    return found.label, "late" if found.is_late else ""


def test_check_in_that_is_due_is_a_button_and_no_words(cast: Cast) -> None:
    log(cast, 31, 7)
    assert told(cast) == ("", "")
    found = line(cast).to_log
    assert found is not None
    assert (found.iso, found.state) == ("2026-W38", "this week")


def test_check_in_that_is_late_comes_before_the_one_of_this_week(cast: Cast) -> None:
    log(cast, 31)
    found = line(cast)
    assert told(cast) == ("last week’s check-in is missing", "late")
    assert found.to_log is not None
    assert (found.to_log.iso, found.to_log.state) == ("2026-W37", "late")
    assert [(week.iso, week.state) for week in found.others] == [("2026-W38", "this week")]


def test_check_in_from_before_a_break_is_told_by_its_week(cast: Cast) -> None:
    log(cast, 31)
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 20))
    with time_machine.travel(datetime(2026, 9, 23, 10, tzinfo=UTC), tick=False):
        assert told(cast) == ("the check-in for Mon 7 to Sun 13 September is missing", "late")
        board = cohort_board(cohort=cast.cohort, reader=cast.ines, now=timezone.now())
        (late,) = [one for one in board.late_check_ins if one.row.group == cast.clover]
        assert late.row.late_since == "check-in late for the week of Mon 7 to Sun 13 September"


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
    assert told(cast) == ("checked in yesterday", "")
    assert (found.logged_iso, found.to_log, found.others, found.minutes) == ("2026-W38", None, (), 25)


def test_check_in_logged_this_week_hides_no_late_one(cast: Cast) -> None:
    log(cast, 31, 14)
    found = line(cast)
    assert told(cast)[0] == "last week’s check-in is missing"
    assert found.to_log is not None
    assert (found.to_log.iso, found.logged_iso, found.others) == ("2026-W37", "2026-W38", ())


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"outcome": "cancelled", "minutes": None, "held_on": None}, "cancelled"),
        ({"outcome": "group_absent", "minutes": None}, "group absent"),
        ({"logged_as": "cover"}, "checked in 2 days ago"),
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
    assert (told(cast), found.to_log, found.others) == (("", ""), None, ())


def test_cohort_that_has_not_begun_says_nothing_of_check_ins(cast: Cast) -> None:
    cast.clover.mentorships.update(started_on=date(2026, 8, 17))
    with time_machine.travel(datetime(2026, 8, 20, 10, tzinfo=UTC), tick=False):
        found = line(cast)
    assert (found.label, found.to_log, found.others, found.logged_iso) == ("", None, (), "")
