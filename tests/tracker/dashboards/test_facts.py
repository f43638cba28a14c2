"""A student's activity: what counts, since when somebody is silent, and what a sheet could not know."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from courses.models import Cohort
from groups.models import Enrolment, Group
from people.models import Invitation, User
from tests.conftest import NOW, Cast
from tests.factories.questions import AskFactory, QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, ProgressFactory
from tests.moving import move_student
from tracker.actions.helping import answer_help
from tracker.actions.progress import mark, note_hours, waive
from tracker.dashboards.board import board_list, cohort_board
from tracker.dashboards.board.places import BoardList
from tracker.dashboards.grid import Member
from tracker.dashboards.group_overviews import group_overview, group_statuses
from tracker.standing import words_of


def group(cast: Cast) -> Group:
    return Group.objects.select_related("cohort__course").get(pk=cast.clover.pk)


def bruno(cast: Cast) -> Member:
    members = group_overview(group(cast), now=timezone.now()).members
    return next(member for member in members if member.name == "Bruno Sá")


def silence(cast: Cast) -> list[str]:
    return [words_of(reason).full for reason in bruno(cast).standing.reasons if reason.code == "silent"]


def invite(cast: Cast, days_ago: int, *, is_sent: bool = True) -> None:
    at = NOW - timedelta(days=days_ago)
    Invitation.objects.create(
        person=cast.person("bruno"), invited_by=cast.ines, invited_at=at, sent_at=at if is_sent else None,
        expires_at=at + timedelta(days=30), revoked_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(("day", "is_silent"), [(9, True), (10, False)])
@pytest.mark.parametrize("deed", ["mark", "hours", "present", "ask"])
def test_activity_is_what_others_recorded_on_the_day_on_which_it_happened(
    cast: Cast, deed: str, day: int, is_silent: bool
) -> None:
    User.objects.update(last_login=NOW)
    at, student = datetime(2026, 9, day, 12, tzinfo=UTC), cast.enrolment("bruno")
    match deed:
        case "mark":
            ProgressFactory.create(
                enrolment=student, milestone=cast.milestones[3], state_since=at, changed_by=cast.marta
            )
        case "hours":
            note_hours(enrolment=student, milestone=cast.milestones[3], hours=2, by=cast.marta, at=at)
        case "present":
            check_in = CheckInFactory.create(
                group=cast.clover, week_starts_on=date(2026, 9, 7), held_on=at.date()
            )
            CheckInEntryFactory.create(check_in=check_in, enrolment=student)
        case "ask":
            question = QuestionFactory.create(membership=cast.ana, asked_at=at)
            AskFactory.create(
                question=question, group=cast.clover, enrolment=student, logged_by=cast.marta, asked_at=at
            )
    # The course has four weeks: 7 days are silence.
    assert silence(cast) == ([f"no activity for {16 - day} days"] if is_silent else [])


def test_an_answer_to_a_request_is_no_activity_of_who_asked(cast: Cast) -> None:
    """The question that stands for a request without words was asked with it."""
    User.objects.update(last_login=NOW)
    student, milestone = cast.enrolment("bruno"), cast.milestones[3]
    asked_at = datetime(2026, 9, 8, 12, tzinfo=UTC)
    mark(enrolment=student, milestone=milestone, state="need_help", by=cast.marta, at=asked_at)
    said = silence(cast)
    assert said == ["no activity for 8 days"]
    question = answer_help(
        enrolment=student, group=cast.clover, milestone=milestone, body="So.", by=cast.marta, at=NOW
    )
    assert (silence(cast), question.asked_at) == (said, asked_at)


def test_a_request_from_before_a_move_is_of_the_new_group_from_the_move_on(cast: Cast) -> None:
    """Who had left that group by then does not read it. The ask stays of the day of the request."""
    student, milestone = cast.enrolment("bruno"), cast.milestones[3]
    mark(enrolment=student, milestone=milestone, state="need_help", by=cast.marta, at=NOW - timedelta(days=8))
    moved_on = date(2026, 9, 14)
    move_student(enrolment=student, group=cast.juniper, on=moved_on, by=cast.ines, at=NOW)
    question = answer_help(
        enrolment=student, group=cast.juniper, milestone=milestone, body="So.", by=cast.tomas, at=NOW
    )
    assert cast.cohort.today(question.asked_at) == moved_on
    assert cast.cohort.today(question.asked_at - timedelta(minutes=1)) < moved_on
    assert question.asks.get().asked_at == NOW - timedelta(days=8)


def test_neither_an_absence_nor_a_waiver_is_activity(cast: Cast) -> None:
    User.objects.update(last_login=NOW)
    check_in = CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 14))
    CheckInEntryFactory.create(check_in=check_in, enrolment=cast.enrolment("bruno"), attendance="excused")
    waive(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[3], by=cast.marta, at=NOW)
    assert silence(cast) == ["no activity for 16 days"]


@pytest.mark.parametrize(("days_ago", "texts"), [(6, []), (7, ["has not signed in yet, invited 7 days ago"])])
def test_who_never_signed_in_is_silent_only_so_long_after_an_invitation(
    cast: Cast, days_ago: int, texts: list[str]
) -> None:
    assert silence(cast) == []
    invite(cast, 12, is_sent=False)
    assert silence(cast) == []
    invite(cast, days_ago)
    assert silence(cast) == texts
    User.objects.update(last_login=NOW)
    assert silence(cast) == ["no activity for 16 days"]


def move_in_today(cast: Cast) -> None:
    """The team comes out of its sheet on this day: students since the cohort's start, one milestone done."""
    Enrolment.objects.update(enrolled_at=NOW)
    for name in ("ana", "bruno", "chidi", "dalia", "emre", "fatima"):
        ProgressFactory.create(enrolment=cast.enrolment(name), milestone=cast.milestones[0])


@pytest.mark.parametrize("signed_in", [None, NOW])
def test_nobody_is_flagged_on_the_first_day_for_what_the_sheet_could_not_know(
    cast: Cast, signed_in: datetime | None
) -> None:
    move_in_today(cast)
    User.objects.update(last_login=signed_in)
    cohort = Cohort.objects.select_related("course").get(pk=cast.cohort.pk)
    board = cohort_board(cohort=cohort, reader=cast.ines, now=NOW)
    groups, weeks = (
        list(board_list(cohort=cohort, reader=cast.ines, now=NOW, show=show, address=QueryDict())["page"])
        for show in (BoardList.GROUPS, BoardList.CHECK_INS)
    )
    assert ([*board.students, *board.watched], groups, [*board.late_check_ins]) == ([], [], [])
    assert [[cell and cell.label for cell in cells] for _, cells in weeks] == [
        [None, None, "due"],
        [None, None, "due"],
    ]


@pytest.mark.parametrize(
    ("logged_at", "states"),
    [
        # On the last day on which it was not missed yet; a day later; and imported with the team.
        (datetime(2026, 9, 13, 10, tzinfo=UTC), ["done", "missed", "late", "due"]),
        (datetime(2026, 9, 14, 10, tzinfo=UTC), ["done", "none", "none", "due"]),
        (NOW + timedelta(days=7), ["done", "none", "none", "due"]),
    ],
)
def test_check_ins_logged_on_time_before_moving_in_show_the_gaps(
    cast: Cast, logged_at: datetime, states: list[str]
) -> None:
    move_in_today(cast)
    week_after = NOW + timedelta(days=7)
    Enrolment.objects.update(enrolled_at=week_after)
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 8, 31), logged_at=logged_at)
    overview = group_overview(group(cast), now=week_after)
    status = group_statuses([overview])[cast.clover.pk]
    assert [week.state.value for week in status.weeks] == states
