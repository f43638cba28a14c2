"""My groups, the board and the mails ask one clock when a promise has passed, and when twice its time has."""

from datetime import UTC, datetime, timedelta

import pytest

from people.models import Event
from telling.actions.promises import tell_of_promises
from tests.conftest import Cast
from tests.factories.courses import PauseFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import ProgressFactory
from tracker.dashboards.board.standings import cohort_standings
from tracker.dashboards.my_groups import mentor_dashboard
from tracker.standing import Attention, ReasonCode

# A Friday, 15:00 in Lisbon.
ASKED = datetime(2026, 9, 18, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("promised", "after", "has_pause"),
    [(1, timedelta(days=3), False), (2, timedelta(days=4), False), (1, timedelta(days=5), True)],
)
def test_question_is_late_on_my_groups_and_in_a_mail_from_the_same_minute_on(
    cast: Cast, promised: int, after: timedelta, has_pause: bool
) -> None:
    cast.course.question_days = promised
    cast.course.save()
    if has_pause:
        PauseFactory.create(cohort=cast.cohort, starts_on="2026-09-21", ends_on="2026-09-22")
    QuestionFactory.create(membership=cast.bruno, asked_at=ASKED)
    told = []
    for now in (ASKED + after, ASKED + after + MINUTE):
        tell_of_promises(now)
        cards = mentor_dashboard(mentor=cast.marta, now=now).cards
        standings = cohort_standings(cast.cohort, reader=cast.ines, text="", now=now)
        told.append(
            (
                any(
                    reason.code is ReasonCode.QUESTIONS_OPEN
                    for card in cards
                    for reason in card.status.reasons
                ),
                any(
                    reason.code is ReasonCode.QUESTIONS_OPEN
                    for row in standings.groups
                    for reason in row.read_reasons()
                ),
                Event.objects.filter(kind="promise_passed").exists(),
            )
        )
    assert told == [(False,) * 3, (True,) * 3]


def test_help_is_for_the_course_admins_on_the_board_and_in_a_mail_from_the_same_minute_on(cast: Cast) -> None:
    ProgressFactory.create(
        enrolment=cast.enrolment("bruno"), milestone=cast.milestones[3], state="need_help", state_since=ASKED
    )
    told = []
    for now in (ASKED + timedelta(days=4), ASKED + timedelta(days=4) + MINUTE):
        tell_of_promises(now)
        (bruno,) = (
            row
            for row in cohort_standings(cast.cohort, reader=cast.ines, text="", now=now).students
            if row.enrolment_id == cast.bruno.enrolment_id
        )
        worst = bruno.read_reasons()[0]
        assert worst.code is ReasonCode.NEEDS_HELP
        told.append(
            (
                worst.attention is Attention.ACT,
                Event.objects.filter(kind="promise_passed", ids__times=2).exists(),
            )
        )
    assert told == [(False, False), (True, True)]
