"""What was told is told again when it is undone: to who got the mail, of a group who is in it or leads it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMessage
from django.db import transaction

from groups.actions.absences import add_absence, end_absence
from groups.actions.correcting import correct_days
from groups.actions.enrolment import join_group
from groups.actions.mentorship import move_mentors, remove_away
from groups.actions.plan import undo_plan_change
from groups.models import Absence, Closing, MentorAway, Mentorship, Move, PlanChange
from lib.weeks import Week
from people.models import Event, Message, User
from telling.actions.sorting import sort_events
from tests.conftest import NOW, Cast
from tests.factories.groups import MentorshipFactory
from tests.mails import deliver
from tests.moving import end_enrolment, leave_group, move_student, undo_move
from tests.telling.kinds.happenings import close, go_away, go_away_covered, say_away, shift
from tests.tracker.actions.test_check_ins import log
from tracker.access.check_ins import locked_week_to_log
from tracker.actions.check_in_undo import undo_check_in
from tracker.actions.closing import close_cohort, open_again
from tracker.actions.move_undo import undo_moves

pytestmark = pytest.mark.usefixtures("all_hear_at_once")
LATER = NOW + timedelta(minutes=20)


def subjects(mails: list[EmailMessage]) -> dict[str, str]:
    return {mail.to[0].partition("@")[0]: str(mail.subject) for mail in mails}


def move(cast: Cast) -> None:
    chidi = cast.enrolment("chidi")
    move_student(enrolment=chidi, group=cast.juniper, on=NOW.date(), by=cast.ines, at=NOW)


def move_later(cast: Cast) -> None:
    chidi, monday = cast.enrolment("chidi"), date(2026, 9, 21)
    move_student(enrolment=chidi, group=cast.juniper, on=monday, by=cast.ines, at=NOW)


def leave(cast: Cast) -> None:
    leave_group(enrolment=cast.enrolment("chidi"), on=NOW.date(), by=cast.ines, at=NOW)


def stand_in(cast: Cast) -> None:
    move_mentors(
        deed="cover", group=cast.clover, person=cast.tomas, on=NOW.date(), until=None, reason="", by=cast.ines, at=NOW
    )  # fmt: skip


def undo_move_of(cast: Cast) -> None:
    undo_move(move=Move.objects.get(), by=cast.ines, at=LATER)


def undo_stand_in(cast: Cast) -> None:
    undo_moves(moves=[Move.objects.get().pk], by=cast.ines, at=LATER)


def come_back(cast: Cast) -> None:
    remove_away(away=MentorAway.objects.get(), by=cast.marta, at=LATER)


def not_away(cast: Cast) -> None:
    end_absence(absence=Absence.objects.get(), by=cast.person("bruno"), at=LATER)


def undo_shift(cast: Cast) -> None:
    undo_plan_change(change=PlanChange.objects.get(), by=cast.marta, at=LATER)


def reopen(cast: Cast) -> None:
    open_again(closing=Closing.objects.get(), by=cast.ines, at=LATER)


NOT_IN = "Chidi is not in Juniper after all"
STAYS = "Chidi stays in Clover after all"
NO_STAND_IN = "Tomás Reis does not mentor Clover after all"
MOVED = {
    "chidi": "You are not in Juniper after all",
    "marta": STAYS,
    **dict.fromkeys(["dalia", "emre", "fatima", "tomas"], NOT_IN),
}
# What happens, its undo, and who reads what then: those who were told of the first.
UNDONE: dict[str, tuple[Callable[[Cast], object], Callable[[Cast], object], dict[str, str]]] = {
    "move": (move, undo_move_of, MOVED),
    "move, before its day": (move_later, undo_move_of, MOVED),
    "leaving": (leave, undo_move_of, {"chidi": "You stay in Clover after all", "marta": STAYS}),
    "stand-in": (
        stand_in,
        undo_stand_in,
        dict.fromkeys(("ana", "bruno", "chidi", "marta"), NO_STAND_IN)
        | {"tomas": "You do not mentor Clover after all"},
    ),
    "student's days away": (say_away, not_away, {"marta": "Bruno is not away after all"}),
    "days away": (go_away, come_back, {"ines": "Marta Pires is not away after all"}),
    "days away, covered": (go_away_covered, come_back, {"tomas": "Marta Pires is not away after all"}),
    "dates": (
        shift,
        undo_shift,
        dict.fromkeys(("ana", "bruno", "chidi"), "RAG is due Sun 27 September, not Mon 28 September"),
    ),
    "closing": (
        close,
        reopen,
        dict.fromkeys(
            ("ana", "bruno", "chidi", "dalia", "emre", "fatima", "marta", "tomas"),
            "Autumn 2026 is open again",
        ),
    ),
}


@pytest.mark.parametrize("name", UNDONE)
def test_who_was_told_is_told_that_it_is_undone(cast: Cast, name: str) -> None:
    happen, undo, told = UNDONE[name]
    happen(cast)
    assert subjects(deliver()).keys() == told.keys()
    undo(cast)
    mails = deliver(LATER)
    assert subjects(mails) == told
    # Once; and no mail of it waits for a day.
    assert deliver(LATER + timedelta(hours=2)) == []
    assert not Message.objects.waiting().exists()


@pytest.mark.parametrize("ends", [["chidi"], ["chidi", "dalia", "emre", "fatima"]])
def test_a_planned_move_that_closing_takes_back_is_told_in_both_groups(cast: Cast, ends: list[str]) -> None:
    move_later(cast)
    deliver()
    reasons = {cast.enrolment(name).pk: "dropped" for name in ends}
    close_cohort(cohort=cast.cohort, on=NOW.date(), reasons=reasons, word="", by=cast.ines, at=NOW)
    mails = deliver(LATER)
    assert subjects([mail for mail in mails if "after all" in str(mail.subject)]) == MOVED


def test_a_mentor_who_once_led_the_new_group_reads_who_stays(cast: Cast) -> None:
    over = {"started_on": date(2026, 9, 1), "ended_on": date(2026, 9, 7)}
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, role="stand_in", **over)
    move(cast)
    deliver()
    undo_move_of(cast)
    assert subjects(deliver(LATER)) == MOVED


@pytest.mark.parametrize("name", UNDONE)
def test_who_was_not_told_hears_of_neither(cast: Cast, name: str) -> None:
    happen, undo, told = UNDONE[name]
    # Who was told lives where it is night.
    name_of_one = next(iter(told))
    User.objects.filter(email=f"{name_of_one}@example.com").update(time_zone="Pacific/Auckland")
    happen(cast)
    assert name_of_one not in subjects(deliver())
    undo(cast)
    assert name_of_one not in subjects(deliver(LATER))
    assert subjects(deliver(NOW + timedelta(hours=12))) == {}


@pytest.mark.parametrize("name", UNDONE)
def test_what_is_undone_before_its_mail_leaves_is_told_to_nobody(cast: Cast, name: str) -> None:
    happen, undo, _ = UNDONE[name]
    happen(cast)
    sort_events(NOW)
    assert Message.objects.waiting().exists()
    undo(cast)
    assert deliver(LATER) == []
    assert not Message.objects.waiting().exists()


def test_who_no_longer_leads_them_hears_of_no_days_away_that_are_undone(cast: Cast) -> None:
    stand_in = MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    say_away(cast)
    assert subjects(deliver()).keys() == {"marta", "tomas"}
    Mentorship.objects.filter(pk=stand_in.pk).update(ended_on=NOW.date())
    not_away(cast)
    assert subjects(deliver(LATER)).keys() == {"marta"}


def test_who_no_longer_stands_in_hears_of_no_dates_that_are_undone(cast: Cast) -> None:
    stand_in = MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="cover")
    shift(cast)
    assert "tomas" in subjects(deliver())
    Mentorship.objects.filter(pk=stand_in.pk).update(ended_on=NOW.date())
    undo_shift(cast)
    assert subjects(deliver(LATER)).keys() == set(TO_STUDENTS)


def test_who_read_that_a_student_leaves_reads_that_they_stay_once_their_end_is_corrected(cast: Cast) -> None:
    chidi = cast.enrolment("chidi")
    end_enrolment(enrolment=chidi, on=date(2026, 9, 21), end_reason="dropped", by=cast.ines, at=NOW)
    assert subjects(deliver()).keys() == {"chidi", "marta"}
    stay, since = chidi.memberships.get(), chidi.started_on
    correct_days(
        enrolment=chidi, days=(since, date(2026, 9, 28)), stays={stay.pk: (stay.started_on, date(2026, 9, 28))},
        by=cast.ines, at=LATER,
    )  # fmt: skip
    assert deliver(LATER) == []
    correct_days(
        enrolment=chidi, days=(since, None), stays={stay.pk: (stay.started_on, None)}, by=cast.ines, at=LATER
    )
    assert subjects(deliver(LATER)) == {"chidi": "You stay in Clover after all", "marta": STAYS}


def test_who_read_that_a_student_is_away_reads_that_they_are_back_though_a_mentor_added_days(
    cast: Cast,
) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    say_away(cast)
    assert subjects(deliver()).keys() == {"marta", "tomas"}
    said = Absence.objects.get()
    more = {"starts_on": said.ends_on + timedelta(days=1), "ends_on": said.ends_on + timedelta(days=7)}
    longer = add_absence(enrolment=said.enrolment, **more, reason="", by=cast.marta, at=LATER)
    assert (longer.starts_on, longer.ends_on) == (said.starts_on, more["ends_on"])
    assert deliver(LATER) == []
    not_away(cast)
    assert subjects(deliver(LATER)) == dict.fromkeys(("marta", "tomas"), "Bruno is not away after all")


def test_a_correction_comes_beyond_five_mails_a_day(cast: Cast) -> None:
    move(cast)
    assert "chidi" in subjects(deliver())
    chidi, event = cast.person("chidi"), Event.objects.get(kind="student_moved")
    Message.objects.bulk_create(
        Message(
            recipient=chidi, kind=f"kind {n}", event=event, state="sent", due_at=NOW, try_at=NOW, ended_at=NOW
        )
        for n in range(5)
    )
    join_group(enrolment=cast.enrolment("dalia"), group=cast.juniper, on=NOW.date(), by=cast.ines, at=NOW)
    undo_move_of(cast)
    assert subjects(deliver(LATER))["chidi"] == MOVED["chidi"]


def undo_logged(cast: Cast, at: datetime) -> None:
    """Undo the last save of the check-in of this week."""
    with transaction.atomic():
        _, group_week = locked_week_to_log(cast.marta, cast.clover.pk, Week.of(NOW.date()).iso, at)
        undo_check_in(group_week=group_week, by=cast.marta, at=at)


TO_STUDENTS = ("ana", "bruno", "chidi")


@pytest.mark.parametrize(
    ("fields", "subject", "back"),
    [
        (
            {"outcome": "moved", "held_on": date(2026, 9, 18)},
            "Clover meets Fri 18 September instead",
            "Clover meets as planned after all",
        ),
        (
            {"summary": "We read"},
            "Clover: what you agreed on yesterday",
            "Clover: the check-in is not logged after all",
        ),
    ],
)
def test_an_undone_check_in_is_told_to_who_was_told_and_one_logged_anew_comes_on_the_same_day(
    cast: Cast, fields: dict[str, Any], subject: str, back: str
) -> None:
    log(cast, typed={}, **fields)
    assert subjects(deliver()) == dict.fromkeys(TO_STUDENTS, subject)
    undo_logged(cast, LATER)
    assert subjects(deliver(LATER)) == dict.fromkeys(TO_STUDENTS, back)
    log(cast, typed={}, **fields)
    assert subjects(deliver(LATER + timedelta(minutes=10))) == dict.fromkeys(TO_STUDENTS, subject)


def test_a_correction_of_a_check_in_that_is_undone_is_told_as_it_was_before(cast: Cast) -> None:
    log(cast, outcome="cancelled", typed={})
    deliver()
    Message.objects.update(looked_at=NOW)
    with time_machine.travel(NOW + timedelta(minutes=5), tick=False):
        log(cast, outcome="moved", held_on=date(2026, 9, 18), typed={})
    assert "ana" in subjects(deliver(NOW + timedelta(minutes=15)))
    undo_logged(cast, LATER)
    no_meeting = "Clover does not meet in the week of Mon 14 to Sun 20 September"
    assert subjects(deliver(LATER)) == dict.fromkeys(TO_STUDENTS, no_meeting)
