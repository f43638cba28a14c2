from datetime import date

import pytest

from courses.models import CourseAdmin
from groups.models import Membership, Mentorship
from groups.relations import RelationKind, forget_relations, relations_of
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory
from tests.factories.groups import EnrolmentFactory, MembershipFactory, MentorshipFactory
from tests.factories.people import UserFactory


def test_relations_of_a_person_with_every_role_are_read_once(cast: Cast, django_assert_num_queries) -> None:
    ana = cast.person("ana")
    MentorshipFactory.create(group=cast.juniper, person=ana, role="cover")
    CourseAdmin.objects.create(course=cast.course, person=ana)
    with django_assert_num_queries(4):
        relations = relations_of(ana, NOW)
        assert relations_of(ana, NOW) is relations
    assert {(row.kind, row.group and row.group.name, row.role) for row in relations} == {
        ("studies", "Clover", ""),
        ("mentors", "Juniper", "cover"),
        ("administers", None, ""),
    }
    studies = relations.studies_in(cast.clover.pk)
    assert studies is not None
    assert studies.enrolment_id == cast.ana.enrolment_id


@pytest.mark.parametrize(("who", "queries"), [("ana", 2), ("marta", 2), ("ines", 2), ("stranger", 1)])
def test_only_the_kinds_that_a_person_has_are_read(
    cast: Cast, who: str, queries: int, django_assert_num_queries
) -> None:
    person = UserFactory.create() if who == "stranger" else cast.person(who)
    with django_assert_num_queries(queries):
        relations_of(person, NOW)


def test_stay_is_found_behind_an_enrolment_without_one(cast: Cast) -> None:
    ana = cast.person("ana")
    EnrolmentFactory.create(person=ana, cohort=CohortFactory.create())
    assert relations_of(ana, NOW).studies_in(cast.clover.pk) is not None


def test_stay_in_an_archived_cohort_is_still_known(cast: Cast) -> None:
    cast.cohort.archived_at, cast.cohort.archived_by = NOW, cast.person("ines")
    cast.cohort.save()
    relations = relations_of(cast.person("ana"), NOW)
    assert (relations.rows, [row.group for row in relations.stays]) == ((), [cast.clover])


def test_stranger_has_none(cast: Cast) -> None:
    relations = relations_of(UserFactory.create(), NOW)
    assert list(relations) == []
    assert not relations.is_insider(cast.course.pk)


@pytest.mark.parametrize(
    ("ended", "is_open"), [(date(2026, 9, 16), False), (date(2026, 9, 17), True), (None, True)]
)
def test_mentorship_holds_until_the_day_before_it_ended(
    cast: Cast, ended: date | None, is_open: bool
) -> None:
    Mentorship.objects.filter(person=cast.marta).update(ended_on=ended)
    relations = relations_of(cast.marta, NOW)
    assert (relations.mentors(cast.clover.pk) is not None) is is_open
    assert len(relations.mentored(cast.clover.pk)) == 1
    assert relations.is_insider(cast.course.pk)


def test_mentorship_that_has_not_begun_gives_nothing_yet(cast: Cast) -> None:
    Mentorship.objects.filter(person=cast.marta).update(started_on=date(2026, 9, 17))
    relations = relations_of(cast.marta, NOW)
    assert (relations.mentors(cast.clover.pk), relations.mentored(cast.clover.pk)) == (None, ())


def test_day_is_that_of_the_cohort(cast: Cast) -> None:
    """Late on the 15th it is the 16th in Auckland: a stay that ends on the 16th is over there, not in Lisbon."""
    Membership.objects.filter(pk=cast.ana.pk).update(ended_on=date(2026, 9, 16), end_reason="moved")
    evening = NOW.replace(day=15, hour=22, minute=30)
    ana = cast.person("ana")
    assert relations_of(ana, evening).studies_in(cast.clover.pk) is not None
    cast.cohort.time_zone = "Pacific/Auckland"
    cast.cohort.save()
    forget_relations(ana)
    assert relations_of(ana, evening).studies_in(cast.clover.pk) is None


def test_forget_relations_asks_anew(cast: Cast) -> None:
    zoe = cast.zoe
    assert relations_of(zoe, NOW).open(RelationKind.STUDIES) == ()
    MembershipFactory.create(group=cast.clover, person=zoe)
    forget_relations(zoe)
    assert [str(row.group) for row in relations_of(zoe, NOW).open(RelationKind.STUDIES)] == ["Clover"]
