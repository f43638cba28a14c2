"""Moving students, and undoing it. The days before a move stay as they were."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from groups.actions.enrolment import join_group
from groups.actions.locking import locked_enrolments
from groups.actions.moving import readmit, swap_students
from groups.models import Absence, Enrolment, Group, Membership, Move
from lib.refusals import Refused
from people.models import Event, User
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory
from tests.moving import end_enrolment, leave_group, let_return, move_student, undo_move
from tests.racing import at_once, held_up
from tracker.access.check_ins import locked_week_to_log
from tracker.actions.check_ins import log_check_in
from tracker.actions.helping import answer_help
from tracker.actions.move_undo import undo_moves
from tracker.actions.progress import mark
from tracker.models import CheckIn, CheckInEntry

START = date(2026, 8, 31)
MONDAY = date(2026, 9, 21)


def stays(enrolment: Enrolment) -> list[tuple[str, date, date | None, str]]:
    rows = enrolment.memberships.select_related("group").order_by("started_on", "pk")
    return [(str(row.group), row.started_on, row.ended_on, row.end_reason) for row in rows]


def test_move_keeps_who_and_why_is_told_and_can_be_undone(cast: Cast) -> None:
    ana = cast.enrolment("ana")
    move = move_student(enrolment=ana, group=cast.juniper, on=MONDAY, reason="Evenings", by=cast.ines, at=NOW)
    assert stays(ana) == [("Clover", START, MONDAY, "moved"), ("Juniper", MONDAY, None, "")]
    assert (move.kind, move.what, move.reason, move.made_by) == (
        "moved", "from Clover to Juniper", "Evenings", cast.ines,
    )  # fmt: skip
    assert Event.objects.get().kind == "student_moved"
    ended = Membership.history.filter(group_id=cast.clover.pk, enrolment=ana).latest()
    assert (ended.history_user, ended.history_change_reason) == (cast.ines, "Evenings")
    undone = undo_move(move=move, by=cast.ines, at=NOW)
    assert stays(ana) == [("Clover", START, None, "")]
    assert (undone.undone_by, undone.undone_at) == (cast.ines, NOW)
    with pytest.raises(Refused, match="already undone"):
        undo_move(move=move, by=cast.ines, at=NOW)


def test_swap_between_full_groups_and_back(cast: Cast) -> None:
    for group in (cast.clover, cast.juniper):
        MembershipFactory.create(group=group)
    ana, dalia = cast.enrolment("ana"), cast.enrolment("dalia")
    move = swap_students(enrolment=ana, other=dalia, on=TODAY, reason="", by=cast.ines, at=NOW)
    assert (stays(ana)[-1][0], stays(dalia)[-1][0]) == ("Juniper", "Clover")
    undo_move(move=move, by=cast.ines, at=NOW)
    assert (stays(ana), stays(dalia)) == ([("Clover", START, None, "")], [("Juniper", START, None, "")])
    with pytest.raises(Refused, match="are both in Clover"):
        swap_students(enrolment=ana, other=cast.enrolment("bruno"), on=TODAY, reason="", by=cast.ines, at=NOW)


def test_leave_end_and_come_back_in_another_group(cast: Cast) -> None:
    ana, yesterday = cast.enrolment("ana"), TODAY - timedelta(days=1)
    left = leave_group(enrolment=ana, on=yesterday, reason="Ill", by=cast.ines, at=NOW)
    ended = end_enrolment(
        enrolment=ana, on=TODAY, end_reason="dropped", reason="No time", by=cast.ines, at=NOW
    )
    with pytest.raises(Refused, match="left on 16 September 2026"):
        let_return(enrolment=ana, group=None, on=yesterday, reason="", by=cast.ines, at=NOW)
    back = let_return(enrolment=ana, group=cast.juniper, on=MONDAY, reason="Time again", by=cast.ines, at=NOW)
    ana.refresh_from_db()
    assert (ana.ended_on, stays(ana)) == (
        None, [("Clover", START, yesterday, "moved"), ("Juniper", MONDAY, None, "")],
    )  # fmt: skip
    away = Absence.objects.get()
    assert (away.starts_on, away.ends_on) == (TODAY, MONDAY - timedelta(days=1))
    for move in (back, ended, left):
        undo_move(move=move, by=cast.ines, at=NOW)
    ana.refresh_from_db()
    assert (ana.ended_on, stays(ana), Absence.objects.count()) == (None, [("Clover", START, None, "")], 0)


def test_moves_of_one_student_are_undone_together_and_who_cannot_go_back_stays(cast: Cast) -> None:
    ana, bruno = cast.enrolment("ana"), cast.enrolment("bruno")
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    of: dict[str, Any] = {"reason": "", "by": cast.ines, "at": NOW}
    moves = [
        move_student(enrolment=ana, group=cast.juniper, on=TODAY - timedelta(days=1), **of),
        move_student(enrolment=ana, group=fern, on=TODAY, **of),
        end_enrolment(enrolment=bruno, on=TODAY, end_reason="dropped", **of),
    ]
    User.objects.filter(pk=bruno.person_id).update(is_active=False)
    undone, refused = undo_moves(moves=[move.pk for move in moves], by=cast.ines, at=NOW)
    assert undone == [moves[1], moves[0]]
    assert [(move, words) for move, words in refused] == [
        (moves[2], "The account of Bruno Sá is disabled; ask a site admin.")
    ]
    assert stays(ana) == [("Clover", START, None, "")]
    assert Membership.history.filter(id=cast.ana.pk).latest().history_change_reason == "undone"
    assert stays(bruno) == [("Clover", START, TODAY, "dropped")]


def test_of_a_list_some_return_and_some_are_refused(cast: Cast) -> None:
    """A student without room stays in place: nothing of them is saved, and nobody else is held up."""
    rows = [cast.enrolment(name) for name in ("ana", "bruno", "chidi")]
    of: dict[str, Any] = {"on": TODAY, "reason": "", "by": cast.ines, "at": NOW}
    for row in rows[:2]:
        end_enrolment(enrolment=row, end_reason="dropped", **of)
    moves, refusals = readmit(enrolments=rows, group=cast.juniper, **of)
    assert [move.enrolment for move in moves] == [rows[0]]
    assert refusals == {
        rows[
            1
        ].pk: "Juniper is full: 4 students, one more than the group size of 3. Move someone out first, or create"
        " another group.",
        rows[2].pk: "Chidi Okafor is enrolled already.",
    }
    assert Enrolment.history.filter(id=rows[1].pk).latest().ended_on == TODAY
    assert (stays(rows[0])[-1], stays(rows[1])[-1]) == (
        ("Juniper", TODAY, None, ""), ("Clover", START, TODAY, "dropped"),
    )  # fmt: skip


def test_undo_refuses_after_the_new_group_answered_a_request_of_before(cast: Cast) -> None:
    ana, milestone = cast.enrolment("ana"), cast.milestones[1]
    mark(enrolment=ana, milestone=milestone, state="need_help", by=ana.person, at=NOW - timedelta(days=1))
    move = move_student(enrolment=ana, group=cast.juniper, on=TODAY, reason="", by=cast.ines, at=NOW)
    answer_help(enrolment=ana, group=cast.juniper, milestone=milestone, body="So.", by=cast.tomas, at=NOW)
    with pytest.raises(Refused, match="Something was recorded about Ana Ruivo in Juniper since"):
        undo_move(move=move, by=cast.ines, at=NOW)


def test_undo_refuses_what_would_hide_something(cast: Cast) -> None:
    ana, fern = cast.enrolment("ana"), GroupFactory.create(cohort=cast.cohort, name="Fern")
    move = move_student(enrolment=ana, group=fern, on=TODAY, reason="", by=cast.ines, at=NOW)
    entry = CheckInEntryFactory.create(
        check_in=CheckInFactory.create(group=fern, week_starts_on=date(2026, 9, 14), logged_at=NOW),
        enrolment=ana,
    )
    with pytest.raises(Refused, match="Something was recorded about Ana Ruivo in Fern since"):
        undo_move(move=move, by=cast.ines, at=NOW)
    entry.delete()
    extra = MembershipFactory.create_batch(2, group=cast.clover)
    with pytest.raises(Refused, match="Clover is full"):
        undo_move(move=move, by=cast.ines, at=NOW)
    leave_group(enrolment=extra[0].enrolment, on=TODAY, reason="", by=cast.ines, at=NOW)
    join_group(enrolment=ana, group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="have changed since"):
        undo_move(move=move, by=cast.ines, at=NOW)
    assert stays(ana)[-1][0] == "Juniper"


def test_undo_refuses_two_places_at_once(cast: Cast) -> None:
    """Groups are published and students added without a move, and who came back may be in a group again."""
    ana, bruno, chidi = (cast.enrolment(name) for name in ("ana", "bruno", "chidi"))
    left = leave_group(enrolment=ana, on=TODAY, reason="", by=cast.ines, at=NOW)
    join_group(enrolment=ana, group=cast.juniper, on=TODAY, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Ana Ruivo has been moved or enrolled again since"):
        undo_move(move=left, by=cast.ines, at=NOW)
    left = leave_group(enrolment=bruno, on=TODAY, reason="", by=cast.ines, at=NOW)
    end_enrolment(enrolment=bruno, on=TODAY, end_reason="dropped", reason="", by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Bruno"):
        undo_move(move=left, by=cast.ines, at=NOW)
    ended = end_enrolment(enrolment=chidi, on=TODAY, end_reason="dropped", reason="", by=cast.ines, at=NOW)
    EnrolmentFactory.create(cohort=cast.cohort, person=cast.person("chidi"), started_on=TODAY)
    with pytest.raises(Refused, match="Chidi"):
        undo_move(move=ended, by=cast.ines, at=NOW)
    assert stays(ana)[-1] == ("Juniper", TODAY, None, "")
    assert not bruno.memberships.filter(ended_on=None).exists()


def test_swap_refuses_who_was_moved_before_it_could_lock_them(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, dalia = cast.enrolment("ana"), cast.enrolment("dalia")
    read = {ana: cast.clover, dalia: cast.juniper}
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")
    move_student(enrolment=ana, group=fern, on=TODAY, reason="", by=cast.ines, at=NOW)
    monkeypatch.setattr("groups.actions.moving._last_group", read.get)
    with pytest.raises(Refused, match="has just been moved"):
        swap_students(enrolment=ana, other=dalia, on=TODAY, reason="", by=cast.ines, at=NOW)
    assert (stays(ana)[-1][0], stays(dalia)[-1][0]) == ("Fern", "Juniper")


@pytest.mark.django_db(transaction=True)
def test_two_course_admins_at_once_move_a_student_once_and_undo_it_once() -> None:
    cast = make_cast()
    ana, fern = cast.enrolment("ana"), GroupFactory.create(cohort=cast.cohort, name="Fern")

    def to(group: Group) -> Move:
        return move_student(enrolment=ana, group=group, on=TODAY, reason="", by=cast.ines, at=NOW)

    outcomes = at_once(lambda: to(fern), lambda: to(fern))
    assert [str(each) for each in outcomes if isinstance(each, Exception)] == [
        "Ana Ruivo is in Fern already."
    ]
    move = Move.objects.get()
    outcomes = at_once(*[lambda: undo_move(move=move, by=cast.ines, at=NOW)] * 2)
    assert [str(each) for each in outcomes if isinstance(each, Refused)] == ["This was already undone."]
    assert stays(ana) == [("Clover", START, None, "")]
    swaps = [
        lambda: swap_students(
            enrolment=ana, other=cast.enrolment("dalia"), on=TODAY, reason="", by=cast.ines, at=NOW
        ),
        lambda: swap_students(
            enrolment=cast.enrolment("dalia"), other=ana, on=TODAY, reason="", by=cast.ines, at=NOW
        ),
    ]
    at_once(*swaps)
    assert Membership.objects.filter(enrolment=ana, ended_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_course_admins_who_change_the_same_students_wait_for_each_other_in_one_order() -> None:
    """None of these may end in a deadlock, which PostgreSQL answers with an OperationalError."""
    cast = make_cast()
    ana, dalia = cast.enrolment("ana"), cast.enrolment("dalia")
    of: dict[str, Any] = {"on": TODAY, "reason": "", "by": cast.ines, "at": NOW}

    def hold(*enrolments: Enrolment) -> Callable[[], object]:
        return lambda: locked_enrolments([each.pk for each in enrolments])

    swapped, refused = held_up(
        hold(dalia),
        lambda: swap_students(enrolment=ana, other=dalia, **of),
        lambda: move_student(enrolment=ana, group=cast.juniper, **of),
    )
    assert isinstance(swapped, Move)
    assert str(refused) == "Ana Ruivo is in Juniper already."
    undone, other = held_up(
        hold(ana),
        lambda: undo_move(move=swapped, by=cast.ines, at=NOW),
        lambda: swap_students(enrolment=dalia, other=ana, **of),
    )
    assert isinstance(undone, Move)
    # On SQLite one comes after the other, and both are right.
    assert isinstance(other, Move) or str(other).startswith("Dalia Haddad or Ana Ruivo has just been moved")
    left, joined = held_up(
        hold(ana),
        lambda: leave_group(enrolment=ana, **of),
        lambda: move_student(enrolment=ana, group=cast.juniper, **of),
    )
    ended, refused = held_up(
        hold(ana),
        lambda: end_enrolment(enrolment=ana, end_reason="dropped", **of),
        lambda: move_student(enrolment=ana, group=cast.clover, **of),
    )
    assert [type(each) for each in (left, joined, ended)] == [Move] * 3
    assert str(refused) == "Ana Ruivo is no longer enrolled. Enrol them again first."
    back, refused = held_up(
        hold(ana),
        lambda: let_return(enrolment=ana, group=cast.clover, **of),
        lambda: move_student(enrolment=ana, group=cast.clover, **of),
    )
    assert isinstance(back, Move)
    assert str(refused) == "Ana Ruivo is in Clover already."


@pytest.mark.django_db(transaction=True)
def test_undo_of_a_move_while_the_new_group_logs_its_check_in() -> None:
    """Nothing is recorded about a student in a group in which they never were."""
    cast = make_cast()
    ana, fern = cast.enrolment("ana"), GroupFactory.create(cohort=cast.cohort, name="Fern")
    MentorshipFactory.create(group=fern, person=cast.tomas)
    move = move_student(enrolment=ana, group=fern, on=TODAY, reason="", by=cast.ines, at=NOW)

    @transaction.atomic
    def log() -> CheckIn:
        _, week = locked_week_to_log(cast.tomas, fern.pk, "2026-W38", NOW)
        check_in = CheckIn(outcome=CheckIn.Outcome.HELD, held_on=TODAY, minutes=30)
        entries = [CheckInEntry(enrolment=member.enrolment) for member in week.members_on(TODAY)]
        return log_check_in(
            group_week=week, check_in=check_in, entries=entries, logged_as="mentor", by=cast.tomas, at=NOW
        )

    undone, logged = held_up(
        lambda: list(ana.memberships.select_for_update()),
        lambda: undo_move(move=move, by=cast.ines, at=NOW),
        log,
    )
    assert (type(undone), type(logged)) == (Move, CheckIn)
    assert stays(ana) == [("Clover", START, None, "")]
    assert not CheckInEntry.objects.filter(enrolment=ana).exists()
