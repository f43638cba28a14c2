"""Whole lists follow the rules of one: what is refused for one is refused in a list; what is written is the same."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from groups.actions.enrolment import EnrolmentError, enrol, join_group
from groups.actions.group import open_group
from groups.actions.mentorship import MentorshipError, assign_mentor
from groups.actions.roster import Move, assign_mentors, enrol_many, join_many, open_groups
from groups.models import Enrolment, Group, Membership, Mentorship, PlanItem
from people.models import User
from tests.conftest import NOW, TODAY, Cast
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def stay_of(name: str, cast: Cast) -> Membership:
    return Membership.objects.select_related("enrolment__person").get(
        enrolment__person=cast.person(name), ended_on=None
    )


def move(cast: Cast, name: str, group: Group, on: date = TODAY) -> Move:
    stay = stay_of(name, cast)
    return Move(enrolment=stay.enrolment, group=group, on=on, stay=stay)


def test_people_are_enrolled_as_one_is(cast: Cast) -> None:
    one, other = UserFactory.create_batch(2)
    single = enrol(person=one, cohort=cast.cohort, started_on=TODAY, by=cast.ines, at=NOW)
    (listed,) = enrol_many(cohort=cast.cohort, people=[other], started_on=TODAY, by=cast.ines, at=NOW)
    left_out = {"id", "person_id", "person"}
    fields = [field.attname for field in Enrolment._meta.concrete_fields if field.attname not in left_out]
    assert [getattr(single, name) for name in fields] == [getattr(listed, name) for name in fields]
    assert [single.history.get().history_user, listed.history.get().history_user] == [cast.ines, cast.ines]


def test_groups_are_opened_as_one_is(cast: Cast) -> None:
    single = open_group(cohort=cast.cohort, name="One", by=cast.ines, at=NOW)
    (listed,), _ = open_groups(cohort=cast.cohort, names=["Other"], by=cast.ines, at=NOW)
    plans = [
        list(PlanItem.objects.filter(group=group).in_order().values_list("milestone", "due_on"))
        for group in (single, listed)
    ]
    assert plans[0] == plans[1] != []


def test_group_may_choose_its_milestones(cast: Cast) -> None:
    agents = cast.course.milestones.create(position=5, title="Agents")
    rag = cast.milestones[3]
    (group,), _ = open_groups(
        cohort=cast.cohort, names=["Other"], by=cast.ines, at=NOW, chosen={"Other": [rag.pk, agents.pk]}
    )
    assert [(item.milestone, item.due_on is None) for item in group.plan_items.in_order()] == [
        (rag, False),
        (agents, True),
    ]


def test_students_move_as_one_does(cast: Cast) -> None:
    join_group(enrolment=cast.enrolment("dalia"), group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    (made,) = join_many(moves=[move(cast, "ana", cast.juniper)], by=cast.ines, at=NOW)
    ends = Membership.objects.exclude(ended_on=None).values_list(
        "enrolment__person__name", "ended_on", "end_reason"
    )
    assert set(ends) == {("Dalia Haddad", TODAY, "moved"), ("Ana Ruivo", TODAY, "moved")}
    assert (made.group, made.started_on) == (cast.juniper, TODAY)


def inactive(cast: Cast) -> None:
    person = UserFactory.create(is_active=False)
    enrol_many(cohort=cast.cohort, people=[person], started_on=TODAY, by=cast.ines, at=NOW)


def enrolled(cast: Cast) -> None:
    enrol_many(cohort=cast.cohort, people=[cast.person("ana")], started_on=TODAY, by=cast.ines, at=NOW)


def before_the_stay(cast: Cast) -> None:
    on = cast.ana.started_on - timedelta(days=1)
    join_many(moves=[move(cast, "ana", cast.juniper, on)], by=cast.ines, at=NOW)


def too_many(cast: Cast) -> None:
    join_many(
        moves=[move(cast, "ana", cast.juniper), move(cast, "bruno", cast.juniper)], by=cast.ines, at=NOW
    )


def own_mentor(cast: Cast) -> None:
    (enrolment,) = enrol_many(cohort=cast.cohort, people=[cast.marta], started_on=TODAY, by=cast.ines, at=NOW)
    join_many(moves=[Move(enrolment=enrolment, group=cast.clover, on=TODAY)], by=cast.ines, at=NOW)


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (inactive, "is disabled; ask an operator"),
        (enrolled, "is enrolled already"),
        (before_the_stay, "choose that day or a later one"),
        (too_many, "the maximum is 4"),
        (own_mentor, "is a mentor of Clover and cannot be a student in it"),
    ],
)
def test_what_one_may_not_a_list_may_not(cast: Cast, deed: Callable[[Cast], None], words: str) -> None:
    with pytest.raises(EnrolmentError, match=words):
        deed(cast)
    assert Membership.objects.filter(ended_on=None).count() == 6


def test_mentors_are_assigned_as_one_is(cast: Cast) -> None:
    one, other = UserFactory.create_batch(2)
    single = assign_mentor(group=cast.clover, person=one, role="mentor", on=TODAY, by=cast.ines)
    (listed,) = assign_mentors(pairs=[(cast.clover, other)], on=TODAY, by=cast.ines, at=NOW)
    assert (single.role, single.started_on) == (listed.role, listed.started_on)
    for person, words in ((cast.person("ana"), "cannot mentor it"), (gone(), "is disabled")):
        with pytest.raises(MentorshipError, match=words):
            assign_mentors(pairs=[(cast.clover, person)], on=TODAY, by=cast.ines, at=NOW)
    assert Mentorship.objects.count() == 4


def gone() -> User:
    return UserFactory.create(is_active=False)
