"""What is left to set up on the board."""

from datetime import date

from courses.models import Cohort
from groups.models import Group
from people.models import User
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import MembershipFactory
from tests.factories.tracker import CheckInFactory
from tests.groups.dashboards.test_set_up import all_set_up
from tests.tracker.dashboards.test_board import board_of, everybody_on_track, need_help, page_of


def test_board_says_what_is_left_to_set_up_as_long_as_the_cohort_runs(cast: Cast) -> None:
    everybody_on_track(cast)
    User.objects.update(last_login=NOW)
    for week in (date(2026, 8, 31), date(2026, 9, 7)):
        for group in (cast.clover, cast.juniper):
            CheckInFactory.create(group=group, week_starts_on=week)
    board = board_of(cast)
    assert [step.title for step in board.set_up] == [
        "Clover and Juniper have no meeting",
        "Indexation and RAG have no material",
    ]
    assert board.heading == "2 things left to set up"
    assert "Nobody needs you today" not in page_of(board)
    # Each goes when it is settled.
    Group.objects.update(meeting="Tuesdays 17:00")
    assert board_of(cast).heading == "1 thing left to set up"
    all_set_up(cast)
    assert (board_of(cast).heading, board_of(cast).set_up) == ("Nobody needs you today", [])
    # Somebody who came late has not been invited. The heading says what is more urgent; the list stays first.
    MembershipFactory.create(group=cast.clover, enrolment__person__name="Gil")
    assert board_of(cast).heading == "1 thing left to set up"
    need_help(cast, "ana", 2, days=8)
    board = board_of(cast)
    assert board.heading == "2 need you today"
    page = page_of(board)
    assert page.index("1 person is not invited") < page.index("Remind Marta")
    Cohort.objects.update(closed_on=TODAY)
    assert (board_of(cast).heading, board_of(cast).set_up) == ("This cohort has ended", [])
