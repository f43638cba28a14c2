"""Closing a cohort with all that is open in it, and opening it again."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from courses.models import Cohort
from groups.actions.enrolment import enrol
from groups.actions.forming import propose
from groups.actions.locking import locked_enrolments, locked_groups
from groups.actions.mentorship import assign_mentor
from groups.actions.plan import set_plan
from groups.models import Closing, Enrolment, Membership, Move, Proposal
from lib.refusals import Refused
from lib.weeks import Week
from people.actions.invitations import invite
from people.models import Invitation, User
from questions.actions import ask_again
from questions.actions.records import lock_questions
from questions.models import Ask, Question
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.groups import GroupFactory
from tests.factories.questions import AnswerFactory, QuestionFactory
from tests.moving import let_return, move_student, undo_move
from tests.racing import at_once, held_up
from tracker.access.check_ins import locked_week_to_log
from tracker.actions.closing import close_cohort, open_again
from tracker.models import CheckInDraft

START = date(2026, 8, 31)


def close(cast: Cast, **fields: Any) -> Closing:
    reasons = {cast.enrolment(name).pk: "dropped" for name in ("bruno", "chidi", "dalia", "emre")} | {
        cast.enrolment("ana").pk: "finished"
    }
    given = {"on": TODAY, "reasons": reasons, "word": "", **fields}
    return close_cohort(cohort=cast.cohort, by=cast.ines, at=NOW, **given)


def furnish(cast: Cast) -> None:
    invite(email="gustavo@example.com", name="Gustavo Lima", by=cast.ines, at=NOW)
    gustavo = User.objects.get(email="gustavo@example.com")
    enrol(person=gustavo, cohort=cast.cohort, started_on=START, by=cast.ines, at=NOW)
    propose(cohort=cast.cohort, by=cast.ines, at=NOW)
    CheckInDraft.objects.create(
        group=cast.clover, week_starts_on=date(2026, 9, 14), person=cast.marta, saved_at=NOW
    )


def questions() -> dict[str, str]:
    return dict(Question.objects.values_list("title", "status"))


def test_what_was_open_is_closed_and_opened_again(cast: Cast) -> None:
    furnish(cast)
    QuestionFactory.create(membership=cast.ana, title="Why?")
    more = QuestionFactory.create(
        membership=cast.bruno, title="And then?", status="follow_up", first_answered_at=NOW
    )
    AnswerFactory.create(question=more, answered_by=cast.marta)
    closing = close(cast)
    cohort, ana = Cohort.objects.get(pk=cast.cohort.pk), Enrolment.objects.get(pk=cast.enrolment("ana").pk)
    assert (cohort.closed_on, cohort.changed_by) == (TODAY, cast.ines)
    assert (ana.ended_on, ana.end_reason) == (TODAY, "finished")
    cast.ana.refresh_from_db()
    assert (cast.ana.ended_on, cast.ana.end_reason) == (TODAY, "finished")
    ended = Membership.history.filter(id=cast.ana.pk).latest()
    assert (ended.history_user, ended.history_change_reason) == (cast.ines, "Autumn 2026 was closed")
    assert Enrolment.objects.filter(ended_on=None).count() == 2, "nobody chose an end for Fátima and Gustavo"
    assert questions() == {"Why?": "closed", "And then?": "answered"}
    assert closing.gone == {"invitation": 1}
    assert [model.objects.count() for model in (CheckInDraft, Proposal)] == [1, 1]
    assert Invitation.objects.get().revoked_at == NOW
    assert Question.history.filter(title="Why?").latest().history_change_reason == "Autumn 2026 was closed"
    with pytest.raises(Refused, match="Inês Duarte has already closed Autumn 2026"):
        close(cast)
    # The end of Chidi was corrected in the meantime: what was done since stays.
    chidi = Enrolment.objects.get(pk=cast.enrolment("chidi").pk)
    with pytest.raises(PermissionDenied, match="Autumn 2026 is closed"):
        let_return(enrolment=chidi, group=cast.juniper, on=TODAY, reason="", by=cast.ines, at=NOW)
    Enrolment.objects.filter(pk=chidi.pk).update(end_reason="finished")
    Question.objects.filter(title="And then?").update(status="open")
    _, kept = open_again(closing=closing, by=cast.ines, at=NOW)
    assert kept == [chidi]
    cohort.refresh_from_db()
    assert cohort.closed_on is None
    assert Enrolment.objects.filter(ended_on=None).count() == 6
    assert list(cast.enrolment("ana").memberships.values_list("ended_on", "end_reason")) == [(None, "")]
    assert questions() == {"Why?": "open", "And then?": "open"}
    assert Move.objects.filter(undone_by=cast.ines).count() == 4
    with pytest.raises(Refused, match="open again already"):
        open_again(closing=closing, by=cast.ines, at=NOW)


def test_planned_move_is_taken_back_with_the_closing(cast: Cast) -> None:
    later = TODAY + timedelta(days=2)
    move = move_student(enrolment=cast.enrolment("bruno"), group=cast.juniper, on=later, by=cast.ines, at=NOW)
    close(cast)
    bruno = Enrolment.objects.get(pk=cast.enrolment("bruno").pk)
    assert bruno.ended_on == TODAY
    assert list(bruno.memberships.values_list("group", "ended_on")) == [(cast.clover.pk, TODAY)]
    move.refresh_from_db()
    assert move.undone_by == cast.ines


def test_one_end_is_undone_by_itself(cast: Cast) -> None:
    close(cast, on=TODAY - timedelta(days=3))
    undo_move(move=Move.objects.get(enrolment=cast.enrolment("ana")), by=cast.ines, at=NOW)
    assert Enrolment.objects.get(pk=cast.enrolment("ana").pk).ended_on is None
    assert set(Move.objects.values_list("on", flat=True)) == {TODAY - timedelta(days=3)}


def test_nobody_ends_before_they_began_and_the_cohort_not_before_it_starts(cast: Cast) -> None:
    with pytest.raises(Refused, match="before Autumn 2026 starts"):
        close(cast, on=START - timedelta(days=1))
    late = enrol(person=cast.zoe, cohort=cast.cohort, started_on=TODAY, by=cast.ines, at=NOW)
    close(cast, on=TODAY - timedelta(days=3), reasons={late.pk: "dropped"})
    assert Enrolment.objects.get(pk=late.pk).ended_on == TODAY


@pytest.mark.django_db(transaction=True)
def test_two_course_admins_close_once_and_open_once() -> None:
    cast = make_cast()
    outcomes = at_once(lambda: close(cast), lambda: close(cast))
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    closing = Closing.objects.get()
    assert Move.objects.count() == 5
    outcomes = at_once(*[lambda: open_again(closing=closing, by=cast.ines, at=NOW)] * 2)
    assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1
    assert not Enrolment.objects.exclude(ended_on=None).exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_moved_while_the_cohort_is_closed_ends_where_they_are() -> None:
    cast = make_cast()
    fern = GroupFactory.create(cohort=cast.cohort, name="Fern")

    def move() -> Move:
        ana = cast.enrolment("ana")
        return move_student(enrolment=ana, group=fern, on=TODAY, reason="", by=cast.ines, at=NOW)

    outcomes = at_once(move, lambda: close(cast))
    assert any(isinstance(outcome, Closing) for outcome in outcomes)
    assert not Membership.objects.filter(enrolment=cast.enrolment("ana"), ended_on=None).exists()


@pytest.mark.django_db(transaction=True)
def test_closing_waits_for_a_check_in_that_asks_a_question_again() -> None:
    """Both lock the group before the question: none ends in a deadlock."""
    cast = make_cast()
    question = QuestionFactory.create(membership=cast.dalia, title="Why?")

    @transaction.atomic
    def log_question() -> Ask:
        locked_groups([cast.clover.pk])
        return ask_again(question=question, group=cast.clover, by=cast.marta, at=NOW)

    closed, asked = held_up(lambda: lock_questions([question.pk]), lambda: close(cast), log_question)
    assert isinstance(closed, Closing)
    assert isinstance(asked, Ask | Refused)


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
def test_nobody_is_enrolled_or_logged_while_the_cohort_is_closed() -> None:
    """Each is begun while the cohort is open, and waits until it is closed."""
    cast = make_cast()
    zoe, week = cast.zoe, Week.of(TODAY).iso

    def log() -> str:
        with transaction.atomic():
            _, group_week = locked_week_to_log(cast.marta, cast.clover.pk, week, NOW)
            return group_week.refusal(TODAY)

    refused = held_up(
        lambda: close(cast, on=TODAY - timedelta(days=3)),
        lambda: enrol(person=zoe, cohort=cast.cohort, started_on=TODAY, by=cast.ines, at=NOW),
        lambda: set_plan(group=cast.clover, plan={}, by=cast.marta, at=NOW),
        lambda: assign_mentor(
            group=cast.juniper, person=zoe, role="co-mentor", on=TODAY, by=cast.ines, at=NOW
        ),
        log,
    )
    assert [str(each) for each in refused[:3]] == ["Autumn 2026 is closed. Reopen it first."] * 3
    assert (
        refused[3] == "Autumn 2026 was closed on Sunday 13 September 2026. There are no check-ins after that."
    )


@pytest.mark.django_db(transaction=True)
def test_opening_again_locks_questions_before_enrolments() -> None:
    cast = make_cast()
    question = QuestionFactory.create(membership=cast.dalia, title="Why?")
    closing = close(cast)

    @transaction.atomic
    def in_order() -> list[int]:
        lock_questions([question.pk])
        return list(locked_enrolments([cast.enrolment("ana").pk]))

    opened, locked = held_up(
        lambda: locked_enrolments([cast.enrolment("emre").pk]),
        lambda: open_again(closing=closing, by=cast.ines, at=NOW),
        in_order,
    )
    assert isinstance(opened, tuple)
    assert isinstance(locked, list)
