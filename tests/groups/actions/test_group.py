from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.http import Http404

from groups.actions.group import delete_group, open_group, open_groups, references_to_group
from groups.actions.plan import set_plan
from groups.models import Enrolment, Group
from lib.marks import PersonMark
from lib.refusals import Refused
from tests.conftest import NOW, TODAY, Cast, make_cast
from tests.factories.courses import CohortFactory, MaterialFactory
from tests.factories.groups import EnrolmentFactory
from tests.factories.people import UserFactory
from tests.moving import move_student
from tests.racing import at_once, held_up
from tracker.models import MaterialTick


def waiting(cast: Cast, count: int) -> list[Enrolment]:
    people = [UserFactory.create(name=f"Waiting {n}") for n in range(count)]
    return [EnrolmentFactory.create(cohort=cast.cohort, person=person) for person in people]


def test_open_group_starts_with_the_calendar(cast: Cast) -> None:
    fern = open_group(cohort=cast.cohort, name="Fern", meeting="Mondays", by=cast.ines, at=NOW)
    assert (fern.meeting, fern.changed_by, fern.version) == ("Mondays", cast.ines, 1)
    assert fern.plan_items.count() == 4


def test_open_group_refuses_a_name_that_there_is(cast: Cast) -> None:
    with pytest.raises(Refused, match="The cohort has a group called CLOVER already"):
        open_group(cohort=cast.cohort, name="CLOVER", by=cast.ines, at=NOW)
    open_group(cohort=CohortFactory.create(), name="CLOVER", by=cast.ines, at=NOW)
    assert cast.cohort.groups.count() == 2


def test_hues_go_round_in_the_order_in_which_groups_of_a_cohort_are_made(cast: Cast) -> None:
    """Two that were made without an action have the first; each that follows has the next one."""
    one = open_group(cohort=cast.cohort, name="One", by=cast.ines, at=NOW)
    new = [Group(cohort=cast.cohort, name=f"Group {n}") for n in range(6)]
    many, _ = open_groups(cohort=cast.cohort, groups=new, by=cast.ines, at=NOW)
    assert [one.hue, *(group.hue for group in many)] == [2, 3, 4, 5, 6, 1, 2]
    open_group(cohort=CohortFactory.create(), name="Elsewhere", by=cast.ines, at=NOW)
    delete_group(group=many[0])
    assert open_group(cohort=cast.cohort, name="Last", by=cast.ines, at=NOW).hue == 3
    assert list(cast.cohort.groups.order_by("pk").values_list("hue", flat=True)) == [
        1,
        1,
        2,
        4,
        5,
        6,
        1,
        2,
        3,
    ]


def test_marks_of_a_group_tell_its_students_apart(cast: Cast) -> None:
    people = [UserFactory.create(name="Tiago Reis", email=f"{n}@example.org") for n in range(2)]
    trang = UserFactory.create(name="Nguyễn Thu Trang", short_name="Thu Trang")
    cast.juniper.hue = 3
    assert cast.juniper.marks([*people, trang]) == {
        people[0].pk: PersonMark("Tiago Reis", "Ti", 3),
        people[1].pk: PersonMark("Tiago Reis", "Ti", 3),
        trang.pk: PersonMark("Nguyễn Thu Trang", "Th", 3),
    }
    assert trang.mark == PersonMark("Nguyễn Thu Trang", "T")


def test_delete_group_in_which_nothing_happened(cast: Cast) -> None:
    fern = open_group(cohort=cast.cohort, name="Fern", by=cast.ines, at=NOW)
    delete_group(group=fern)
    assert {group.name for group in Group.objects.all()} == {"Clover", "Juniper"}


@pytest.mark.django_db(transaction=True)
def test_group_that_two_delete_at_once_is_deleted() -> None:
    cast = make_cast()
    fern = open_group(cohort=cast.cohort, name="Fern", by=cast.ines, at=NOW)
    read_by_both = Group.objects.get(pk=fern.pk), fern
    assert at_once(*(partial(delete_group, group=each) for each in read_by_both)) == [(), ()]
    assert cast.cohort.groups.count() == 2


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
def test_delete_group_waits_for_who_joins_it_at_that_moment() -> None:
    cast = make_cast()
    fern = open_group(cohort=cast.cohort, name="Fern", by=cast.ines, at=NOW)
    how: dict[str, Any] = {"enrolment": cast.enrolment("ana"), "group": fern, "on": TODAY}
    (references,) = held_up(
        lambda: move_student(**how, by=cast.ines, at=NOW), lambda: delete_group(group=fern)
    )
    assert isinstance(references, tuple), references
    assert [str(each) for each in references] == ["1 membership"]


def test_nobody_joins_or_plans_for_a_group_that_was_deleted_since_they_read_it(cast: Cast) -> None:
    fern = open_group(cohort=cast.cohort, name="Fern", by=cast.ines, at=NOW)
    delete_group(group=Group.objects.get(pk=fern.pk))
    how: dict[str, Any] = {"group": fern, "by": cast.ines, "at": NOW}
    with pytest.raises(Http404):
        move_student(enrolment=cast.enrolment("ana"), on=TODAY, **how)
    with pytest.raises(Http404):
        set_plan(plan={}, **how)


def test_delete_group_says_what_happened_in_it(cast: Cast) -> None:
    assert {str(each) for each in delete_group(group=cast.clover)} == {"3 memberships", "1 mentorship"}


def test_delete_group_says_nothing_of_opinions(cast: Cast) -> None:
    fern = open_group(cohort=cast.cohort, name="Fern", by=cast.ines, at=NOW)
    # Ana was in Fern by a move that is undone.
    said: dict[str, Any] = {"enrolment": cast.enrolment("ana"), "ticked_at": NOW, "opinion": "confusing"}
    for group in (cast.clover, fern):
        MaterialTick.objects.create(
            material=MaterialFactory.create(milestone=cast.milestones[0]), group=group, **said
        )
    assert {str(each) for each in references_to_group(cast.clover)} == {"3 memberships", "1 mentorship"}
    assert delete_group(group=fern) == ()
    # Her own opinion stays hers, and totals keep it.
    assert list(MaterialTick.objects.order_by("pk").values_list("opinion", "group__name")) == [
        ("confusing", "Clover"),
        ("confusing", None),
    ]
    assert MaterialTick.objects.with_opinion().count() == 2
