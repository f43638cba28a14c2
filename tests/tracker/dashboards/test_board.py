from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from courses.models import Cohort
from groups.access import people_counts
from groups.models import Enrolment, Mentorship
from questions.models import MaterialNeed, Placement, Question
from tests.conftest import NOW, TODAY, Cast
from tests.factories.groups import (
    EnrolmentFactory,
    GroupFactory,
    MembershipFactory,
    MentorshipFactory,
)
from tests.factories.people import UserFactory
from tests.factories.questions import AnswerFactory, AskFactory, QuestionFactory, TopicFactory
from tests.factories.tracker import CheckInFactory, CodeReviewFactory, ProgressFactory
from tests.moving import leave_group, move_student
from tracker.actions.requests import settle_request
from tracker.dashboards.board import Board, board_list, cohort_board
from tracker.dashboards.board.mentors import BoardRow
from tracker.dashboards.board.places import BoardList, snoozed_rows
from tracker.dashboards.my_groups import mentor_dashboard
from tracker.models import AttentionPutAside, StudentSnapshot


def board_of(cast: Cast) -> Board:
    return cohort_board(
        cohort=Cohort.objects.select_related("course").get(pk=cast.cohort.pk),
        reader=cast.ines,
        now=timezone.now(),
    )


def list_of(cast: Cast, show: BoardList) -> dict[str, Any]:
    cohort = Cohort.objects.select_related("course").get(pk=cast.cohort.pk)
    now, address = timezone.now(), QueryDict()
    return board_list(cohort=cohort, reader=cast.ines, now=now, show=show, address=address)


def page_of(board: Board) -> str:
    return unescape(render_to_string("tracker/board.html", {"board": board}))


def place(board: Board, title: str) -> str:
    """The text of the line that leads there; "none" if there is no such line."""
    return next((each.count for each in board.places if each.title == title), "none")


def name_of(student: BoardRow[StudentSnapshot]) -> str:
    return student.row.enrolment.person.name


def finish(cast: Cast, name: str, *milestones: int) -> None:
    for n in milestones:
        ProgressFactory.create(enrolment=cast.enrolment(name), milestone=cast.milestones[n])


def need_help(cast: Cast, name: str, milestone: int, days: int) -> None:
    since = NOW - timedelta(days=days)
    ProgressFactory.create(
        enrolment=cast.enrolment(name), milestone=cast.milestones[milestone], state="need_help",
        state_since=since, changed_at=since,
    )  # fmt: skip


def active(cast: Cast, name: str) -> None:
    Enrolment.objects.filter(pk=cast.enrolment(name).pk).update(last_active_at=NOW)


def everybody_on_track(cast: Cast) -> None:
    for name in ("ana", "bruno", "chidi", "dalia", "emre", "fatima"):
        finish(cast, name, 0, 1)
        active(cast, name)


def test_board_puts_the_worst_first_with_reason_and_mentor(cast: Cast) -> None:
    for name in ("ana", "chidi", "dalia", "fatima"):
        finish(cast, name, 0, 1)
    finish(cast, "bruno", 0)
    need_help(cast, "bruno", 1, days=8)
    finish(cast, "emre", 0)
    need_help(cast, "emre", 1, days=1)
    active(cast, "emre")
    board = board_of(cast)
    assert [
        (name_of(each), each.row.attention, each.row.group.name, str(each.mentors))
        for each in (*board.students, *board.watched)
    ] == [
        ("Bruno Sá", "act", "Clover", "Marta"),
        ("Emre Kaya", "watch", "Juniper", "Tomás"),
    ]
    assert "help with Prompt engineering" in next(iter(board.students)).row.in_full
    # Three things are left to set up.
    assert board.heading == "4 need you today"
    # A student who asks for help has a button to remind; one who is only to be watched has none.
    page = page_of(board)
    assert "Remind Marta<span" in page
    assert "Remind Tomás<span" not in page.split("late-heading")[0]


def test_board_says_so_when_more_than_one_in_five_is_flagged(cast: Cast) -> None:
    everybody_on_track(cast)
    assert (board_of(cast).flagged_label, board_of(cast).is_too_many) == ("0 of 6", False)
    for name in ("ana", "dalia"):
        cast.enrolment(name).progress.filter(milestone=cast.milestones[1]).update(
            state="need_help", finished_on=None
        )
    board = board_of(cast)
    assert (board.flagged_label, board.is_too_many) == ("2 of 6", True)
    assert "2 of 6 have an alert" in page_of(board)


def test_board_tells_which_check_ins_are_late_and_nothing_of_those_caught_up_on(cast: Cast) -> None:
    for week in (date(2026, 8, 31), date(2026, 9, 7)):
        CheckInFactory.create(group=cast.juniper, week_starts_on=week)
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 7))
    board = board_of(cast)
    # Clover missed its first week, and has logged one since.
    assert ([*board.late_check_ins], board.heading) == ([], "3 things left to set up")
    cast.clover.check_ins.all().delete()
    board = board_of(cast)
    (late,) = board.late_check_ins
    assert (late.row.late_since, board.late_label) == ("1 late, 1 missed", "1 check-in is late, 1 was missed")
    assert (late.row.group.name, str(late.mentors)) == ("Clover", "Marta")
    assert late.row.late_label == (
        "check-in missed in the week of Mon 31 August to Sun 6 September; "
        "check-in late for the week of Mon 7 to Sun 13 September"
    )
    # The list of groups does not say it again.
    assert place(board, "Groups to check") == "none"
    assert list(list_of(cast, BoardList.GROUPS)["page"]) == []


def test_board_tells_what_to_improve(cast: Cast) -> None:
    """The topics asked most in four weeks, over all cohorts, and the needs that wait, most asked first."""
    topics = []
    for number, (asks, days) in enumerate(((1, 1), (3, 27), (2, 3), (4, 29), (2, 2)), start=1):
        topic = TopicFactory.create(course=cast.course, title=f"Topic {number}", found_at=NOW)
        asked_at = NOW - timedelta(days=days)
        question = QuestionFactory.create(membership=cast.ana, asked_at=asked_at)
        Placement.objects.create(question=question, topic=topic, placed_at=NOW)
        again = QuestionFactory.create(
            membership=cast.bruno, asked_at=asked_at, status="duplicate", duplicate_of=question
        )
        # A topic has two questions at least.
        other = QuestionFactory.create(membership=cast.dalia, asked_at=asked_at)
        Placement.objects.create(question=other, topic=topic, placed_at=NOW)
        for one in (again, other):
            one.asks.all().delete()
        for student in (cast.bruno, cast.chidi, cast.dalia)[: asks - 1]:
            AskFactory.create(
                question=again if student is cast.bruno else question, group=student.group,
                enrolment=student.enrolment, logged_by=cast.marta, asked_at=asked_at,
            )  # fmt: skip
        topics.append(topic)
    for days, thing in ((3, "topic"), (9, "question"), (1, "topic"), (2, "topic")):
        MaterialNeed.objects.create(
            course=cast.course, why=f"noted {days} days ago", noted_at=NOW - timedelta(days=days),
            noted_by=cast.marta, state_since=NOW,
            **{thing: topics[days] if thing == "topic" else Question.objects.earliest("pk")},
        )  # fmt: skip
    MaterialNeed.objects.filter(why="noted 2 days ago").update(state="wont_change", reason="It is fine.")
    rewriting = board_of(cast).rewriting
    assert [need.why for need in rewriting.needs] == [
        "noted 3 days ago",
        "noted 1 days ago",
        "noted 9 days ago",
    ]
    assert rewriting.need_count == 3
    # A need of topic 2 waits, and that of topic 3 was refused.
    assert [(str(topic), asks) for topic, asks in rewriting.asked] == [("Topic 5", 2), ("Topic 1", 1)]
    page = page_of(board_of(cast))
    shown = ["5 to improve", *(str(need.question or need.topic) for need in rewriting.needs), "and 2 more"]
    shown += [f"asked {need.ask_count} time" for need in rewriting.needs]
    assert [words for words in shown if words not in unescape(page)] == []
    assert "Topic 5" not in page


def test_board_shows_check_ins_by_group_and_week(cast: Cast) -> None:
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 8, 31), minutes=25)
    CheckInFactory.create(group=cast.clover, week_starts_on=date(2026, 9, 7), logged_as="cover")
    CheckInFactory.create(
        group=cast.juniper, week_starts_on=date(2026, 9, 7), outcome="cancelled", held_on=None, minutes=None
    )
    assert place(board_of(cast), "Check-ins by week") == "0 of 2"
    weeks = list_of(cast, BoardList.CHECK_INS)
    days = [date(2026, 8, 31), date(2026, 9, 7), date(2026, 9, 14)]
    assert [week.starts_on for week in weeks["weeks"]] == days
    assert weeks["this_week"].starts_on == days[-1]
    assert {
        group.name: [cell.label if cell else None for cell in cells] for group, cells in weeks["page"]
    } == {
        "Clover": ["done, 25 min", "by a stand-in, 30 min", "due"],
        "Juniper": ["missed", "cancelled", "due"],
    }


def test_board_shows_what_mentors_carry(cast: Cast) -> None:
    gone = MembershipFactory.create(group=cast.clover, ended_on=TODAY, end_reason="dropped").enrolment
    Enrolment.objects.filter(pk=gone.pk).update(ended_on=TODAY, end_reason="dropped")
    of, ana = {"milestone": cast.milestones[0]}, cast.enrolment("ana")
    late = dict.fromkeys(("requested_at", "changed_at"), NOW - timedelta(days=9))
    for author in (cast.enrolment("bruno"), gone):
        CodeReviewFactory.create(group=cast.clover, author=author, reviewer=ana, **of, **late)
    dalia, emre = cast.enrolment("dalia"), cast.enrolment("emre")
    CodeReviewFactory.create(group=cast.juniper, author=dalia, reviewer=emre, **of)
    rows = {
        row.person.name: (row.student_count, row.stale_review_count)
        for row in list_of(cast, BoardList.MENTORS)["page"]
    }
    assert rows == {"Marta Pires": (3, 1), "Tomás Reis": (3, 0)}


def test_board_counts_minutes_and_open_questions_of_mentors(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, role="co-mentor")
    CheckInFactory.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), held_on=date(2026, 9, 15), minutes=40
    )
    QuestionFactory.create(membership=cast.ana)
    rows = {row.person.name: row for row in list_of(cast, BoardList.MENTORS)["page"]}
    assert (
        rows["Marta Pires"].minutes,
        rows["Marta Pires"].budget,
        rows["Marta Pires"].open_question_count,
    ) == (40, 60, 1)
    assert [group.name for group in rows["Marta Pires"].groups] == ["Clover", "Juniper"]
    assert (rows["Tomás Reis"].minutes, rows["Tomás Reis"].open_question_count) == (0, 0)


def test_board_counts_the_asks_of_a_duplicate_at_its_original(cast: Cast) -> None:
    original = QuestionFactory.create(
        membership=cast.ana, milestone=cast.milestones[0], asked_at=NOW - timedelta(days=4, hours=13)
    )
    QuestionFactory.create(
        membership=cast.dalia,
        milestone=cast.milestones[3],
        duplicate_of=original,
        status=Question.Status.DUPLICATE,
    )
    AskFactory.create(question=original, group=cast.clover, logged_by=cast.marta)
    answered = QuestionFactory.create(
        membership=cast.emre, milestone=cast.milestones[1], status="answered", first_answered_at=NOW
    )
    AnswerFactory.create(question=answered)
    assert [
        (row["title"], row["questions"], row["asks"], row["open"], row["age"], row["is_late"])
        for row in list_of(cast, BoardList.QUESTIONS)["page"]
    ] == [
        ("LLM basics", 1, 3, 1, "5 days", True),
        ("Prompt engineering", 1, 1, 0, "", False),
    ]


def test_board_counts_what_mentors_ask_until_it_is_settled(cast: Cast) -> None:
    CheckInFactory.create(group=cast.clover, request="An old wish", week_starts_on=date(2026, 8, 17))
    newer = CheckInFactory.create(group=cast.juniper, request="A newer one", week_starts_on=date(2026, 8, 24))
    assert place(board_of(cast), "Mentors’ requests") == "2"
    settle_request(check_in=newer, is_settled=True, by=cast.ines, at=NOW)
    assert place(board_of(cast), "Mentors’ requests") == "1"


def test_board_says_when_a_cohort_is_over(cast: Cast) -> None:
    assert board_of(cast).has_begun
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=date(2026, 9, 14))
    Mentorship.objects.filter(group__cohort=cast.cohort).update(ended_on=date(2026, 9, 14))
    board = board_of(cast)
    assert board.heading == "This cohort has ended"


def test_board_names_students_without_group_and_groups_without_mentor(cast: Cast) -> None:
    EnrolmentFactory.create(cohort=cast.cohort, person__name="Gil Lobo")
    EnrolmentFactory.create(cohort=cast.cohort, ended_on=date(2026, 9, 10), end_reason="dropped")
    sorrel = GroupFactory.create(cohort=cast.cohort, name="Sorrel")
    MembershipFactory.create(group=sorrel)
    board = board_of(cast)
    assert people_counts(cast.cohort, TODAY)[0] == 8
    left = [step.title for step in board.set_up]
    assert "Gil Lobo is in no group" in left
    assert "Sorrel has no mentor" in left
    assert [group.name for group in list_of(cast, BoardList.MENTORS)["without_mentor"]] == ["Sorrel"]


def test_board_lists_who_is_snoozed_until_it_comes_back(cast: Cast) -> None:
    everybody_on_track(cast)
    cast.enrolment("ana").progress.filter(milestone=cast.milestones[1]).update(
        state="need_help", finished_on=None
    )
    AttentionPutAside.objects.create(
        enrolment=cast.enrolment("ana"), until_on=date(2026, 9, 17), reason="We talked", put_aside_at=NOW,
        put_aside_by=cast.marta,
    )  # fmt: skip
    board = board_of(cast)
    assert (list(board.students), list(board.watched), place(board, "Snoozed")) == ([], [], "1")
    assert [(row.enrolment.person.name, row.reason) for row in list_of(cast, BoardList.SNOOZED)["page"]] == [
        ("Ana Ruivo", "We talked")
    ]
    AttentionPutAside.objects.update(until_on=date(2026, 9, 16))
    assert [name_of(each) for each in board_of(cast).watched] == ["Ana Ruivo"]


def test_board_counts_a_student_once_whose_move_is_to_come(cast: Cast) -> None:
    everybody_on_track(cast)
    need_help(cast, "ana", 2, days=3)
    move_student(
        enrolment=cast.enrolment("ana"), group=cast.juniper, on=date(2026, 9, 21), by=cast.ines, at=NOW
    )
    board = board_of(cast)
    assert [(name_of(each), each.row.group.name) for each in board.students] == [("Ana Ruivo", "Clover")]
    assert board.need_count == len(board.set_up) + 1
    (juniper,) = mentor_dashboard(mentor=cast.tomas, now=NOW).cards
    assert [row.first_name for row in juniper.sheet.rows] == ["Dalia", "Emre", "Fátima"]


def test_board_hides_a_snooze_from_the_group_until_the_day_of_a_move(cast: Cast) -> None:
    AttentionPutAside.objects.create(
        enrolment=cast.enrolment("ana"), until_on=date(2026, 9, 25), reason="Said in confidence",
        put_aside_at=NOW, put_aside_by=cast.marta,
    )  # fmt: skip
    cast.course.admins.create(person=cast.person("bruno"))
    move_student(
        enrolment=cast.enrolment("ana"), group=cast.juniper, on=date(2026, 9, 21), by=cast.ines, at=NOW
    )
    assert snoozed_rows(cast.cohort, cast.person("ines"), NOW).count() == 1
    assert not snoozed_rows(cast.cohort, cast.person("bruno"), NOW).exists()


def test_board_counts_who_leaves_a_group_from_that_day_on(cast: Cast) -> None:
    leave_group(enrolment=cast.enrolment("ana"), on=date(2026, 9, 21), by=cast.ines, at=NOW)
    assert people_counts(cast.cohort, TODAY)[0] == 6


def test_board_of_a_cohort_without_groups_is_empty(cast: Cast) -> None:
    empty = Cohort.objects.create(course=cast.course, title="Spring 2027", starts_on=date(2027, 2, 1))
    board = cohort_board(cohort=empty, reader=cast.ines, now=datetime(2026, 9, 16, tzinfo=UTC))
    assert (board.group_count, list(board.students), board.heading) == (0, [], "3 things left to set up")


def test_board_tells_nobody_what_was_said_of_themselves(cast: Cast) -> None:
    everybody_on_track(cast)
    MembershipFactory.create(group=cast.juniper, person=cast.ines)
    assert cast.ines.name not in [name_of(each) for each in board_of(cast).watched]
    colleague = UserFactory.create()
    cast.course.admins.create(person=colleague)
    seen = cohort_board(cohort=cast.cohort, reader=colleague, now=timezone.now())
    assert cast.ines.name in [name_of(each) for each in seen.watched]
