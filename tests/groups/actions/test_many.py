"""Whole lists follow the rules of one: what is refused for one is refused in a list; what is written is the same."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from groups.actions.enrolment import enrol, enrol_many, join_group, join_many, raise_first
from groups.actions.group import open_group, open_groups
from groups.actions.mentorship import assign_many, assign_mentor
from groups.models import Enrolment, Group, Membership, Mentorship, PlanItem
from lib.refusals import Refused
from people.models import User
from tests.conftest import NOW, TODAY, Cast
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def stay(enrolment: Enrolment, group: Group, on: date = TODAY, ended_on: date | None = None) -> Membership:
    reason = "finished" if ended_on else ""
    return Membership(enrolment=enrolment, group=group, started_on=on, ended_on=ended_on, end_reason=reason)


def join(cast: Cast, *stays: Membership) -> list[Membership]:
    made, _, refusals = join_many(stays=stays, on=TODAY, by=cast.ines, at=NOW)
    raise_first(refusals)
    return made


def enrolled(cast: Cast, *people: User) -> list[Enrolment]:
    new = [Enrolment(cohort=cast.cohort, person=person, started_on=TODAY) for person in people]
    return enrol_many(cohort=cast.cohort, enrolments=new, by=cast.ines, at=NOW)


def test_people_are_enrolled_as_one_is(cast: Cast) -> None:
    one, other = UserFactory.create_batch(2)
    single = enrol(person=one, cohort=cast.cohort, started_on=TODAY, by=cast.ines, at=NOW)
    (listed,) = enrolled(cast, other)
    left_out = {"id", "person_id", "person"}
    fields = [field.attname for field in Enrolment._meta.concrete_fields if field.attname not in left_out]
    assert [getattr(single, name) for name in fields] == [getattr(listed, name) for name in fields]
    assert [single.history.get().history_user, listed.history.get().history_user] == [cast.ines, cast.ines]


def test_groups_are_opened_as_one_is(cast: Cast) -> None:
    single = open_group(cohort=cast.cohort, name="One", by=cast.ines, at=NOW)
    (listed,), _ = open_groups(
        cohort=cast.cohort, groups=[Group(cohort=cast.cohort, name="Other")], by=cast.ines, at=NOW
    )
    plans = [
        list(PlanItem.objects.filter(group=group).in_order().values_list("milestone", "due_on"))
        for group in (single, listed)
    ]
    assert plans[0] == plans[1] != []


def test_group_may_have_a_plan_of_its_own(cast: Cast) -> None:
    agents = cast.course.milestones.create(position=5, title="Agents")
    rag = cast.milestones[3]
    (group,), _ = open_groups(
        cohort=cast.cohort,
        groups=[Group(cohort=cast.cohort, name="Other")],
        plans={"Other": {rag.pk: TODAY, agents.pk: None}},
        by=cast.ines,
        at=NOW,
    )
    items = list(group.plan_items.in_order())
    assert [(item.milestone, item.due_on) for item in items] == [(rag, TODAY), (agents, None)]


def test_students_move_as_one_does(cast: Cast) -> None:
    join_group(enrolment=cast.enrolment("dalia"), group=cast.clover, on=TODAY, by=cast.ines, at=NOW)
    (made,) = join(cast, stay(cast.enrolment("ana"), cast.juniper))
    ends = Membership.objects.exclude(ended_on=None).values_list(
        "enrolment__person__name", "ended_on", "end_reason"
    )
    assert set(ends) == {("Dalia Haddad", TODAY, "moved"), ("Ana Ruivo", TODAY, "moved")}
    assert (made.group, made.started_on) == (cast.juniper, TODAY)


def test_who_is_in_the_group_already_stays(cast: Cast) -> None:
    assert join(cast, stay(cast.enrolment("ana"), cast.clover)) == []
    assert Membership.objects.count() == 6


def test_two_who_change_places_do_not_count_twice(cast: Cast) -> None:
    (gus,) = enrolled(cast, UserFactory.create())
    join(cast, stay(gus, cast.juniper))
    assert len(join(cast, stay(gus, cast.clover), stay(cast.enrolment("ana"), cast.juniper))) == 2
    assert [group.memberships.filter(ended_on=None).count() for group in (cast.clover, cast.juniper)] == [
        3,
        4,
    ]


def inactive(cast: Cast) -> None:
    enrolled(cast, UserFactory.create(is_active=False))


def enrolled_twice(cast: Cast) -> None:
    enrolled(cast, cast.person("ana"))


def listed_twice(cast: Cast) -> None:
    enrolled(cast, *[UserFactory.create()] * 2)


def before_the_stay(cast: Cast) -> None:
    join(cast, stay(cast.enrolment("ana"), cast.juniper, cast.ana.started_on - timedelta(days=1)))


def during_another_stay(cast: Cast) -> None:
    join(cast, stay(cast.enrolment("ana"), cast.juniper, TODAY, TODAY + timedelta(days=3)))


def too_many(cast: Cast) -> None:
    join(cast, stay(cast.enrolment("ana"), cast.juniper), stay(cast.enrolment("bruno"), cast.juniper))


def own_mentor(cast: Cast) -> None:
    (enrolment,) = enrolled(cast, cast.marta)
    join(cast, stay(enrolment, cast.clover))


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (inactive, "is disabled; ask a site admin"),
        (enrolled_twice, "is enrolled already"),
        (listed_twice, "is enrolled already"),
        (before_the_stay, "choose that day or a later one"),
        (during_another_stay, "was in another group on 16 September 2026 or later"),
        (too_many, "Juniper is full: 4 students, one more than the group size of 3"),
        (own_mentor, "is a mentor of Clover and cannot be a student in it"),
    ],
)
def test_what_one_may_not_a_list_may_not(cast: Cast, deed: Callable[[Cast], None], words: str) -> None:
    with pytest.raises(Refused, match=words):
        deed(cast)
    assert Membership.objects.filter(ended_on=None).count() == 6


def test_mentors_are_assigned_as_one_is(cast: Cast) -> None:
    one, other = UserFactory.create_batch(2)
    single = assign_mentor(group=cast.clover, person=one, role="mentor", on=TODAY, by=cast.ines, at=NOW)
    (listed,) = assign(cast, other)
    assert (single.role, single.started_on) == (listed.role, listed.started_on)
    for person, words in ((cast.person("ana"), "cannot mentor it"), (gone(), "is disabled")):
        with pytest.raises(Refused, match=words):
            assign(cast, person)
    assert Mentorship.objects.count() == 4


def assign(cast: Cast, person: User) -> list[Mentorship]:
    new = Mentorship(group=cast.clover, person=person, started_on=TODAY)
    return assign_many(mentorships=[new], on=TODAY, by=cast.ines, at=NOW)


def gone() -> User:
    return UserFactory.create(is_active=False)
