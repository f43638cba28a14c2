from datetime import date

import pytest

from courses.models import Milestone
from groups.actions.group import open_group
from groups.actions.mentorship import end_mentorship
from groups.dashboards.set_up import SetUpStep, cohort_set_up, course_set_up
from people.models import User
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory, CourseFactory, MaterialFactory, MilestoneFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory


@pytest.fixture(autouse=True)
def _everybody_has_signed_in(cast: Cast) -> None:
    User.objects.update(last_login=NOW)


def left(set_up: list[SetUpStep]) -> list[tuple[str, str]]:
    return [(step.title, step.text) for step in set_up]


def test_course_set_up_leads_a_new_course_to_its_milestones(cast: Cast) -> None:
    set_up = course_set_up(CourseFactory.create(slug="new-one"), None, NOW)
    assert [step.title for step in set_up] == ["Milestones", "Materials", "Cohort"]
    assert set_up[0].url == "/courses/new-one/imports/outline/"


def test_course_set_up_wants_a_milestone_in_a_week(cast: Cast) -> None:
    Milestone.objects.update(week=None)
    text = "No milestone has a week yet, so the plan of a new group would be empty. Set their weeks."
    assert left(course_set_up(cast.course, cast.cohort, NOW))[0] == ("Milestones", text)


def test_course_set_up_goes_on_with_a_cohort_unless_it_is_closed(cast: Cast) -> None:
    MaterialFactory.create(milestone=cast.milestones[0])
    assert left(course_set_up(cast.course, cast.cohort, NOW)) == []
    later = CohortFactory.create(course=cast.course, title="Spring 2027", starts_on=date(2027, 2, 1))
    set_up = course_set_up(cast.course, later, NOW)
    assert [step.title for step in set_up] == ["People", "Groups", "Mentors"]
    later.closed_on = TODAY
    assert [step.title for step in course_set_up(cast.course, later, NOW)] == ["Cohort"]


def test_course_set_up_with_archived_materials_alone_wants_materials(cast: Cast) -> None:
    MaterialFactory.create(milestone=cast.milestones[0], retired_on=TODAY)
    assert [step.title for step in course_set_up(cast.course, cast.cohort, NOW)] == ["Materials"]


def test_cohort_set_up_is_done_with_everybody_in_a_group_with_a_mentor(cast: Cast) -> None:
    assert cohort_set_up(cast.cohort, NOW) == []


def test_cohort_set_up_counts_who_is_in_no_group(cast: Cast) -> None:
    EnrolmentFactory.create(cohort=cast.cohort, person__last_login=NOW)
    assert left(cohort_set_up(cast.cohort, NOW)) == [("Groups", "1 student is in no group.")]
    EnrolmentFactory.create(cohort=cast.cohort, person__last_login=NOW)
    assert left(cohort_set_up(cast.cohort, NOW)) == [("Groups", "2 students are in no group.")]


def test_cohort_set_up_names_groups_without_a_mentor(cast: Cast) -> None:
    for name in ("Alder", "Birch", "Cedar", "Dahlia"):
        open_group(cohort=cast.cohort, name=name, by=cast.ines, at=NOW)
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=TODAY, by=cast.ines)
    set_up = cohort_set_up(cast.cohort, NOW)
    assert left(set_up) == [("Mentors", "Alder, Birch, Cedar and 2 more have no mentor.")]


def test_cohort_set_up_counts_a_mentor_to_come(cast: Cast) -> None:
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=TODAY, by=cast.ines)
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, started_on=date(2026, 9, 20))
    assert left(cohort_set_up(cast.cohort, NOW)) == []


def test_cohort_set_up_names_groups_with_nothing_planned(cast: Cast) -> None:
    cast.clover.plan_items.all().delete()
    assert left(cohort_set_up(cast.cohort, NOW)) == [
        ("Plans", "Clover has an empty plan, so nothing is due.")
    ]


def test_cohort_set_up_asks_nothing_of_a_cohort_that_is_over(cast: Cast) -> None:
    over = CohortFactory.create(course=cast.course, closed_on=TODAY)
    assert cohort_set_up(over, NOW) == []


def test_set_up_takes_the_same_queries_with_many(cast: Cast, django_assert_num_queries) -> None:
    for n in range(30):
        group = GroupFactory.create(cohort=cast.cohort)
        MembershipFactory.create(group=group)
        CohortFactory.create(course=cast.course)
        MilestoneFactory.create(course=cast.course, position=10 + n)
    with django_assert_num_queries(5):
        cohort_set_up(cast.cohort, NOW)
    with django_assert_num_queries(6):
        course_set_up(cast.course, cast.cohort, NOW)


def test_cohort_set_up_counts_who_is_not_invited(cast: Cast) -> None:
    User.objects.filter(pk__in=[cast.person("ana").pk, cast.marta.pk]).update(last_login=None)
    set_up = cohort_set_up(cast.cohort, NOW)
    assert left(set_up) == [("Invitations", "2 people are not invited.")]
    assert (set_up[0].action, set_up[0].url) == (
        "Invite 2 people",
        f"/cohorts/{cast.cohort.pk}/people/invite/",
    )
