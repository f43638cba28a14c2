"""Mentors who come, go or change roles: what is undone of that is told to who was told."""

from datetime import date

import pytest

from groups.actions.mentorship import assign_mentor, end_mentorship, move_mentors, note_away, remove_away
from groups.models import MentorAway, Mentorship
from telling.actions.sorting import sort_events
from tests.conftest import NOW, Cast
from tests.factories.groups import MentorshipFactory
from tests.mails import deliver
from tests.telling.kinds.happenings import go_away
from tests.telling.kinds.test_undone import LATER, NO_STAND_IN, subjects, undo_stand_in

pytestmark = pytest.mark.usefixtures("all_hear_at_once")


def tomas_comes_and_is_away(cast: Cast, deed: str) -> None:
    cast.course.admins.create(person=cast.zoe, added_at=NOW)
    juniper, days = cast.juniper.mentorships.get(), {"starts_on": NOW.date(), "ends_on": NOW.date()}
    MentorAway.objects.create(mentorship=juniper, **days)
    move_mentors(
        deed=deed, group=cast.clover, person=cast.tomas, on=NOW.date(), until=None, reason="", by=cast.ines, at=NOW
    )  # fmt: skip


def test_course_admins_hear_that_who_is_away_does_not_take_over_after_all(cast: Cast) -> None:
    tomas_comes_and_is_away(cast, "hand-over")
    assert subjects(deliver())["zoe"] == "Clover needs a stand-in Wed 16 September"
    undo_stand_in(cast)
    assert subjects(deliver(LATER))["zoe"] == NO_STAND_IN


def test_days_away_that_were_taken_back_are_not_told_again_when_who_came_goes(cast: Cast) -> None:
    tomas_comes_and_is_away(cast, "hand-over")
    deliver()
    remove_away(away=MentorAway.objects.get(mentorship__group=cast.clover), by=cast.tomas, at=LATER)
    assert subjects(deliver(LATER))["zoe"] == "Tomás Reis is not away after all"
    undo_stand_in(cast)
    assert "zoe" not in subjects(deliver(LATER))


def test_who_heard_of_a_stand_in_and_of_their_days_away_reads_once_that_they_do_not_come(cast: Cast) -> None:
    tomas_comes_and_is_away(cast, "cover")
    told = {"Tomás Reis is Clover’s stand-in", "Tomás Reis is away Wed 16 September"}
    assert {str(mail.subject) for mail in deliver() if mail.to == ["marta@example.com"]} == told
    undo_stand_in(cast)
    assert [str(mail.subject) for mail in deliver(LATER) if mail.to == ["marta@example.com"]] == [NO_STAND_IN]


def hand_over(cast: Cast, deed: str) -> None:
    move_mentors(
        deed=deed, group=cast.clover, person=cast.tomas, on=NOW.date(), until=None, reason="", by=cast.ines, at=NOW
    )  # fmt: skip


def test_who_stayed_as_co_mentor_reads_that_they_are_the_mentor_again(cast: Cast) -> None:
    hand_over(cast, "hand-over-and-stay")
    deliver()
    undo_stand_in(cast)
    told = {(mail.to[0].partition("@")[0], str(mail.subject)) for mail in deliver(LATER)}
    assert {subject for name, subject in told if name == "marta"} == {
        NO_STAND_IN,
        "You are Clover’s mentor after all",
    }
    assert {subject for name, subject in told if name == "ana"} == {
        NO_STAND_IN,
        "Marta Pires is Clover’s mentor after all",
    }


def test_a_co_mentor_whose_taking_over_is_undone_is_co_mentor_again(cast: Cast) -> None:
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, role="co-mentor")
    hand_over(cast, "hand-over")
    deliver()
    undo_stand_in(cast)
    told = subjects(deliver(LATER))
    assert told["tomas"] == "You are Clover’s co-mentor after all"
    assert told["ana"] == "Tomás Reis is Clover’s co-mentor after all"


def test_days_away_of_who_goes_on_in_another_role_are_told_back_and_gone(cast: Cast) -> None:
    go_away(cast)
    assert "ines" in subjects(deliver())
    hand_over(cast, "hand-over-and-stay")
    deliver()
    days = MentorAway.objects.get(mentorship__role=Mentorship.Role.CO_MENTOR)
    remove_away(away=days, by=cast.marta, at=LATER)
    assert subjects(deliver(LATER)) == {"ines": "Marta Pires is not away after all"}
    undo_stand_in(cast)
    assert not MentorAway.objects.exists()


def test_days_away_said_since_a_hand_over_stay_when_it_is_undone(cast: Cast) -> None:
    before = cast.clover.mentorships.get()
    hand_over(cast, "hand-over-and-stay")
    MentorshipFactory.create(group=cast.clover, person=cast.zoe, role="co-mentor")
    monday, now = date(2026, 9, 21), cast.clover.mentorships.get(person=cast.marta, ended_on=None)
    note_away(mentorship=now, starts_on=monday, ends_on=monday, by=cast.marta, at=NOW)
    assert subjects(deliver())["zoe"] == "Marta Pires is away Mon 21 September"
    undo_stand_in(cast)
    assert "Marta Pires is not away after all" not in subjects(deliver(LATER)).values()
    days = MentorAway.objects.get()
    assert days.mentorship == before
    remove_away(away=days, by=cast.marta, at=LATER)
    assert subjects(deliver(LATER))["zoe"] == "Marta Pires is not away after all"


def stand_in_from_monday(cast: Cast) -> Mentorship:
    monday = date(2026, 9, 21)
    return assign_mentor(
        group=cast.clover, person=cast.tomas, role="cover", on=monday, until=date(2026, 9, 25), by=cast.ines, at=NOW
    )  # fmt: skip


def test_a_stand_in_who_ends_before_they_begin_is_told_back(cast: Cast) -> None:
    coming = stand_in_from_monday(cast)
    assert subjects(deliver()).keys() == {"ana", "bruno", "chidi", "marta", "tomas"}
    end_mentorship(mentorship=coming, on=coming.started_on, by=cast.ines, at=LATER)
    told = dict.fromkeys(("ana", "bruno", "chidi", "marta"), NO_STAND_IN)
    assert subjects(deliver(LATER)) == told | {"tomas": "You do not mentor Clover after all"}


def test_a_stand_in_who_ends_before_they_begin_and_are_told_is_told_to_nobody(cast: Cast) -> None:
    coming = stand_in_from_monday(cast)
    sort_events(NOW)
    end_mentorship(mentorship=coming, on=coming.started_on, by=cast.ines, at=NOW)
    assert deliver(LATER) == []


def test_who_ends_later_was_a_mentor(cast: Cast) -> None:
    coming = stand_in_from_monday(cast)
    deliver()
    end_mentorship(mentorship=coming, on=date(2026, 9, 23), by=cast.ines, at=LATER)
    assert deliver(LATER) == []
