from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from groups.actions.mentorship import assign_mentor, end_mentorship, hand_over, note_away
from groups.models import Group, MentorAway, Mentorship
from lib.refusals import Refused
from people.models import Event
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.groups import GroupFactory
from tests.factories.people import UserFactory
from tests.racing import at_once

START = date(2026, 8, 31)


def mentorships(group: Group) -> list[tuple[str, str, date, date | None]]:
    rows = group.mentorships.order_by("started_on", "pk").select_related("person")
    return [(row.person.get_short_name(), row.role, row.started_on, row.ended_on) for row in rows]


def test_assign_mentor_beside_the_one_there_is(cast: Cast) -> None:
    made = assign_mentor(group=cast.clover, person=cast.tomas, role="cover", on=TODAY, by=cast.ines, at=NOW)
    assert mentorships(cast.clover) == [("Marta", "mentor", START, None), ("Tomás", "cover", TODAY, None)]
    assert made.history.get().history_user == cast.ines


def test_assign_mentor_in_the_same_role_changes_nothing(cast: Cast) -> None:
    assign_mentor(group=cast.clover, person=cast.marta, role="mentor", on=TODAY, by=cast.ines, at=NOW)
    assert mentorships(cast.clover) == [("Marta", "mentor", START, None)]


def test_assign_mentor_in_another_role_ends_the_one_before(cast: Cast) -> None:
    assign_mentor(group=cast.clover, person=cast.marta, role="co-mentor", on=TODAY, by=cast.ines, at=NOW)
    assert mentorships(cast.clover) == [
        ("Marta", "mentor", START, TODAY),
        ("Marta", "co-mentor", TODAY, None),
    ]


def test_assign_mentor_refuses_a_student_of_the_group(cast: Cast) -> None:
    with pytest.raises(Refused, match="Ana Ruivo is a student in Clover and cannot mentor it"):
        assign_mentor(
            group=cast.clover, person=cast.person("ana"), role="mentor", on=TODAY, by=cast.ines, at=NOW
        )
    assign_mentor(
        group=cast.juniper, person=cast.person("ana"), role="mentor", on=TODAY, by=cast.ines, at=NOW
    )
    assert ("Ana", "mentor", TODAY, None) in mentorships(cast.juniper)


def test_assign_mentor_refuses_days_of_an_earlier_mentorship(cast: Cast) -> None:
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=date(2026, 9, 20), by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="Marta Pires is Clover’s mentor until 20 September 2026"):
        assign_mentor(group=cast.clover, person=cast.marta, role="cover", on=TODAY, by=cast.ines, at=NOW)
    assign_mentor(
        group=cast.clover, person=cast.marta, role="cover", on=date(2026, 9, 20), by=cast.ines, at=NOW
    )
    assert [row[1] for row in mentorships(cast.clover)] == ["mentor", "cover"]


def test_assign_mentor_refuses_who_may_not_sign_in_and_roles_there_are_not(cast: Cast) -> None:
    gone = UserFactory.create(name="Gus Lind", is_active=False)
    with pytest.raises(Refused, match="The account of Gus Lind is disabled; ask a site admin"):
        assign_mentor(group=cast.clover, person=gone, role="mentor", on=TODAY, by=cast.ines, at=NOW)
    with pytest.raises(ValueError, match="boss"):
        assign_mentor(group=cast.clover, person=cast.tomas, role="boss", on=TODAY, by=cast.ines, at=NOW)


def test_end_mentorship_credits_who_ended_it(cast: Cast) -> None:
    ended = end_mentorship(mentorship=cast.clover.mentorships.get(), on=TODAY, by=cast.ines, at=NOW)
    assert ended.ended_on == TODAY
    assert ended.history.latest().history_user == cast.ines


def test_end_mentorship_can_be_brought_forward_not_put_off(cast: Cast) -> None:
    mentorship = cast.clover.mentorships.get()
    end_mentorship(mentorship=mentorship, on=date(2026, 9, 30), by=cast.ines, at=NOW)
    end_mentorship(mentorship=mentorship, on=TODAY, by=cast.ines, at=NOW)
    assert mentorships(cast.clover) == [("Marta", "mentor", START, TODAY)]
    with pytest.raises(Refused, match="Marta Pires is no longer a mentor of this group"):
        end_mentorship(mentorship=mentorship, on=date(2026, 9, 17), by=cast.ines, at=NOW)


def test_end_mentorship_refuses_a_day_before_it_began(cast: Cast) -> None:
    with pytest.raises(Refused, match="Marta Pires began on 31 August 2026"):
        end_mentorship(mentorship=cast.clover.mentorships.get(), on=date(2026, 8, 30), by=cast.ines, at=NOW)


def test_note_away_keeps_the_days(cast: Cast) -> None:
    mentorship = cast.clover.mentorships.get()
    away = note_away(
        mentorship=mentorship, starts_on=date(2026, 9, 21), ends_on=date(2026, 9, 25), by=cast.ines, at=NOW
    )
    assert list(mentorship.away.all()) == [away]
    with pytest.raises(
        Refused,
        match="Marta Pires is away from Clover from 21 September to 25 September 2026 already",
    ):
        note_away(
            mentorship=mentorship,
            starts_on=date(2026, 9, 25),
            ends_on=date(2026, 9, 26),
            by=cast.ines,
            at=NOW,
        )


def test_note_away_refuses_days_after_the_end(cast: Cast) -> None:
    mentorship = end_mentorship(mentorship=cast.clover.mentorships.get(), on=TODAY, by=cast.ines, at=NOW)
    with pytest.raises(Refused, match="does not mentor Clover on these days"):
        note_away(mentorship=mentorship, starts_on=TODAY, ends_on=TODAY, by=cast.ines, at=NOW)


@pytest.mark.parametrize(
    "fields",
    [{"started_on": TODAY}, {"started_on": TODAY, "ended_on": START}],
    ids=["a second open one", "ends before it starts"],
)
def test_database_refuses_a_mentorship(cast: Cast, fields: dict[str, date]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Mentorship.objects.create(group=cast.clover, person=cast.marta, role="cover", **fields)


def test_hand_over_ends_one_and_begins_the_other_and_says_why(cast: Cast) -> None:
    new = hand_over(group=cast.clover, person=cast.tomas, on=TODAY, by=cast.ines, at=NOW, reason="A new job")
    assert mentorships(cast.clover) == [("Marta", "mentor", START, TODAY), ("Tomás", "mentor", TODAY, None)]
    whys = Mentorship.history.filter(history_user=cast.ines).values_list("history_change_reason", flat=True)
    assert list(whys) == ["A new job", "A new job"]
    assert Event.objects.get().ids["mentorship"] == new.pk
    with pytest.raises(Refused, match="Nobody else mentors Clover by then"):
        hand_over(group=cast.clover, person=cast.tomas, on=TODAY, by=cast.ines, at=NOW)


def test_hand_over_can_keep_the_mentor_before_as_co_mentor(cast: Cast) -> None:
    hand_over(group=cast.clover, person=cast.tomas, on=TODAY, by=cast.ines, at=NOW, keeps_as_co_mentor=True)
    assert set(mentorships(cast.clover)) == {
        ("Marta", "mentor", START, TODAY), ("Marta", "co-mentor", TODAY, None), ("Tomás", "mentor", TODAY, None),
    }  # fmt: skip


@pytest.mark.parametrize("keeps", [False, True])
def test_hand_over_from_who_would_have_ended_later(cast: Cast, keeps: bool) -> None:
    mentorship = cast.clover.mentorships.get()
    mentorship.ended_on = TODAY + timedelta(days=14)
    mentorship.save()
    hand_over(group=cast.clover, person=cast.tomas, on=TODAY, by=cast.ines, at=NOW, keeps_as_co_mentor=keeps)
    mentorship.refresh_from_db()
    assert mentorship.ended_on == TODAY
    roles = set(cast.clover.mentorships.not_ended(TODAY).values_list("person__name", "role"))
    assert roles == {("Tomás Reis", "mentor"), *([("Marta Pires", "co-mentor")] if keeps else [])}


def test_cover_has_a_last_day_and_others_have_none(cast: Cast) -> None:
    def assign(role: str, until: date) -> Mentorship:
        return assign_mentor(
            group=cast.clover, person=cast.tomas, role=role, on=TODAY, until=until, by=cast.ines, at=NOW
        )

    with pytest.raises(Refused, match="Only a stand-in has a last day"):
        assign("mentor", date(2026, 9, 20))
    with pytest.raises(Refused, match="before the first day"):
        assign("cover", START)
    assign("cover", date(2026, 9, 20))
    assert mentorships(cast.clover)[-1] == ("Tomás", "cover", TODAY, date(2026, 9, 21))
    with pytest.raises(Refused, match="Tomás Reis is Clover’s stand-in until 21 September 2026"):
        assign("cover", date(2026, 9, 22))


@pytest.mark.django_db(transaction=True)
def test_hand_over_by_two_at_once_leaves_one_mentor() -> None:
    cast = make_cast()
    nuno = UserFactory.create(name="Nuno Vaz")
    at_once(
        *[
            lambda person=person: hand_over(group=cast.clover, person=person, on=TODAY, by=cast.ines, at=NOW)
            for person in (cast.tomas, nuno)
        ]
    )
    assert cast.clover.mentorships.filter(ended_on=None).count() == 1


def test_days_away_that_were_said_hold_for_what_somebody_mentors_later(cast: Cast) -> None:
    assign_mentor(group=cast.juniper, person=cast.marta, role="co-mentor", on=TODAY, by=cast.ines, at=NOW)
    # Days that are over, in both groups, and in one of them.
    for first, last, mentorships_ in ((2, 4, 1), (21, 25, 2), (28, 30, 1)):
        for mentorship in cast.marta.mentorships.order_by("pk")[:mentorships_]:
            MentorAway.objects.create(
                mentorship=mentorship, starts_on=date(2026, 9, first), ends_on=date(2026, 9, last)
            )
    cedar, rowan = (GroupFactory.create(cohort=cast.cohort, name=name) for name in ("Cedar", "Rowan"))
    Event.objects.all().delete()
    new = assign_mentor(group=cedar, person=cast.marta, role="mentor", on=TODAY, by=cast.ines, at=NOW)
    assert days_away(new) == [(21, 25), (28, 30)]
    assert Event.objects.filter(kind="mentor_away", ids__group=cedar.pk).count() == 2
    # Those on which she stands in.
    stand_in = {"role": "cover", "on": date(2026, 9, 17), "until": date(2026, 9, 21)}
    new = assign_mentor(group=rowan, person=cast.marta, by=cast.ines, at=NOW, **stand_in)
    assert days_away(new) == [(21, 25)]
    # Her group has heard of them.
    Event.objects.all().delete()
    hand_over(group=cast.clover, person=cast.tomas, on=TODAY, by=cast.ines, at=NOW, keeps_as_co_mentor=True)
    assert days_away(cast.clover.mentorships.get(role="co-mentor")) == [(21, 25), (28, 30)]
    assert set(Event.objects.values_list("kind", flat=True)) == {"mentor_began"}


def days_away(mentorship: Mentorship) -> list[tuple[int, int]]:
    return [(away.starts_on.day, away.ends_on.day) for away in mentorship.away.order_by("starts_on")]
