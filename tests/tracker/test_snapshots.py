import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from courses.models import Cohort
from groups.models import Group
from groups.relations import relations_of
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.groups import GroupFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from tracker import snapshots
from tracker.actions.attention import snooze_student
from tracker.actions.progress import mark
from tracker.dashboards.board import board_list, cohort_board
from tracker.dashboards.board.places import BoardList
from tracker.models import BoardSnapshot, GroupSnapshot, Progress, StudentSnapshot
from tracker.models.snapshot import reasons_of
from tracker.snapshots import delete_snapshot, take_due_snapshots, take_snapshot
from tracker.standing import Attention, Reason, ReasonCode

STUDENTS = ("ana", "bruno", "chidi", "dalia", "emre", "fatima")


def cohort_of(cast: Cast) -> Cohort:
    return Cohort.objects.select_related("course").get(pk=cast.cohort.pk)


def live_a_little(cast: Cast, dice: random.Random, steps: int) -> None:
    """Let so many things happen to anyone, in any order, over the last two weeks."""
    for _ in range(steps):
        stay = getattr(cast, dice.choice(STUDENTS))
        at = NOW - timedelta(days=dice.randrange(14), minutes=dice.randrange(600))
        match dice.randrange(5):
            case 0 | 1:
                state, milestone = dice.choice(list(Progress.State)), dice.choice(cast.milestones)
                mark(enrolment=stay.enrolment, milestone=milestone, state=state, by=cast.ines, at=at)
            case 2:
                week = date(2026, 8, 31) + timedelta(weeks=dice.randrange(3))
                check_in = stay.group.check_ins.filter(week_starts_on=week).first() or CheckInFactory.create(
                    group=stay.group, week_starts_on=week, minutes=dice.choice([5, 30])
                )
                if not check_in.entries.filter(enrolment=stay.enrolment).exists():
                    CheckInEntryFactory.create(
                        check_in=check_in,
                        enrolment=stay.enrolment,
                        attendance=dice.choice(["present", "absent"]),
                    )
            case 3:
                QuestionFactory.create(membership=stay, asked_at=at)
            case 4:
                snooze_student(
                    enrolment=stay.enrolment, until_on=date(2026, 9, 20), reason="Ill", by=cast.marta, at=at
                )


def list_of(
    cohort: Cohort, reader: User, show: BoardList, *, text: str = "", address: str = ""
) -> dict[str, Any]:
    asked = {"show": show, "text": text, "address": QueryDict(address)}
    return board_list(cohort=cohort, reader=reader, now=NOW, **asked)


def seen(cohort: Cohort, reader: User, text: str) -> list[object]:
    board = cohort_board(cohort=cohort, reader=reader, now=NOW, text=text)

    def rows(show: BoardList) -> Any:
        return list_of(cohort, reader, show, text=text)["page"]

    return [
        (board.heading, board.flagged_label, board.without_mentor, board.places),
        [(each.row.enrolment_id, each.row.reasons, each.mentors) for each in rows(BoardList.STUDENTS)],
        [(each.row.group_id, each.row.reasons) for each in rows(BoardList.GROUPS)],
        [(group.pk, cells) for group, cells in rows(BoardList.CHECK_INS)],
        [
            (row.person.pk, row.late_count, row.missed_count, row.open_question_count)
            for row in rows(BoardList.MENTORS)
        ],
    ]


def test_snapshots_say_what_the_standings_say(cast: Cast) -> None:
    dice, cohort = random.Random(0), cohort_of(cast)  # noqa: S311
    GroupFactory.create(cohort=cast.cohort, name="Sorrel")
    for _ in range(3):
        live_a_little(cast, dice, 12)
        delete_snapshot(cohort)
        live = [seen(cohort, cast.ines, text) for text in ("", "clover", "bruno", "tomás")]
        assert cohort_board(cohort=cohort, reader=cast.ines, now=NOW).as_of is None
        take_snapshot(cohort, NOW)
        assert [seen(cohort, cast.ines, text) for text in ("", "clover", "bruno", "tomás")] == live
        assert cohort_board(cohort=cohort, reader=cast.ines, now=NOW).as_of == NOW


def test_board_from_a_snapshot_pages_a_list_alone(cast: Cast, django_assert_num_queries) -> None:
    cohort = cohort_of(cast)
    for number in range(30):
        GroupFactory.create(cohort=cast.cohort, name=f"Group {number}")
    take_snapshot(cohort, NOW)
    # Every page asks for them first.
    relations_of(cast.ines, NOW)
    with django_assert_num_queries(5):
        page = list_of(cohort, cast.ines, BoardList.CHECK_INS, address="page=2")["page"]
    assert (page.number, page.paginator.num_pages) == (2, 2)
    assert [group.name for group, _ in page][-2:] == ["Group 28", "Group 29"]


def needs_help(cast: Cast) -> bool:
    row = StudentSnapshot.objects.get(enrolment=cast.ana.enrolment)
    return ReasonCode.NEEDS_HELP in [reason.code for reason in row.read_reasons()]


def test_large_cohorts_have_snapshots_and_others_none(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    take_due_snapshots(NOW)
    assert not BoardSnapshot.objects.exists()
    monkeypatch.setattr(snapshots, "LARGE", 1)
    take_due_snapshots(NOW)
    assert (StudentSnapshot.objects.count(), GroupSnapshot.objects.count()) == (6, 2)
    mark(enrolment=cast.ana.enrolment, milestone=cast.milestones[3], state="need_help", by=cast.ines, at=NOW)
    take_due_snapshots(NOW + timedelta(minutes=4))
    assert not needs_help(cast)
    take_due_snapshots(NOW + timedelta(minutes=5))
    assert needs_help(cast)
    Cohort.objects.filter(pk=cast.cohort.pk).update(closed_on=timezone.localdate())
    take_due_snapshots(NOW + timedelta(minutes=6))
    assert not StudentSnapshot.objects.exists()


@pytest.mark.parametrize("code", ReasonCode)
def test_reasons_are_kept_as_they_were(cast: Cast, code: ReasonCode) -> None:
    reasons = [
        Reason(code=code, attention=Attention.ACT),
        Reason(
            code=code, attention=Attention.WATCH, titles=("RAG", ""), count=2, of=30, days=3, late=0,
            on=date(2026, 9, 14), has_signed_in=False,
        ),
    ]  # fmt: skip
    StudentSnapshot.objects.create(
        cohort=cast.cohort, enrolment=cast.ana.enrolment, group=cast.clover, attention="act", severity="0",
        reasons=reasons_of(reasons), is_active=True,
    )  # fmt: skip
    assert StudentSnapshot.objects.get().read_reasons() == reasons


def test_snapshot_of_another_version_is_not_read_and_is_that_versions_while_it_runs(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that 1.0.0 took: before an upgrade, or beside this version while the upgrade goes on."""
    cohort = cohort_of(cast)
    take_snapshot(cohort, NOW)
    in_words = [["behind", "act", "2 milestones behind (LLM basics, RAG)"]]
    StudentSnapshot.objects.update(reasons=in_words, attention="act")
    BoardSnapshot.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tracker_boardsnapshot (cohort_id, taken_at) VALUES (%s, %s)", [cohort.pk, NOW]
        )
    assert cohort_board(cohort=cohort, reader=cast.ines, now=NOW).as_of is None
    monkeypatch.setattr(snapshots, "LARGE", 1)
    take_due_snapshots(NOW + timedelta(minutes=14))
    assert StudentSnapshot.objects.filter(reasons=in_words).exists()
    take_due_snapshots(NOW + timedelta(minutes=15))
    assert cohort_board(cohort=cohort, reader=cast.ines, now=NOW).as_of == NOW + timedelta(minutes=15)
    assert not StudentSnapshot.objects.filter(reasons=in_words).exists()


def test_group_made_after_the_snapshot_has_no_counts_yet(cast: Cast) -> None:
    cohort = cohort_of(cast)
    take_snapshot(cohort, NOW)
    group: Group = GroupFactory.create(cohort=cast.cohort, name="Sorrel")
    group.mentorships.create(person=cast.marta, started_on=date(2026, 9, 1))
    mentors = list_of(cohort, cast.ines, BoardList.MENTORS)["page"]
    row = next(row for row in mentors if row.person == cast.marta)
    assert [each.name for each in row.groups] == ["Clover", "Sorrel"]


@pytest.mark.parametrize(
    ("text", "mentors"), [("bruno", ["Marta Pires"]), ("TOMAS", ["Tomás Reis"]), ("nobody", [])]
)
def test_search_finds_the_mentors_of_the_groups_that_match(cast: Cast, text: str, mentors: list[str]) -> None:
    listed = list_of(cohort_of(cast), cast.ines, BoardList.MENTORS, text=text)
    assert [row.person.name for row in listed["page"]] == mentors
