from datetime import date

import pytest

from courses.models import Milestone, Pause
from groups.actions.group import open_group
from groups.actions.inviting import invite_all
from groups.actions.mentorship import end_mentorship
from groups.dashboards.set_up import SetUpStep, cohort_set_up, course_set_up
from groups.models import Group
from people.models import Invitation, User
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import CohortFactory, CourseFactory, MaterialFactory, MilestoneFactory
from tests.factories.groups import EnrolmentFactory, GroupFactory, MembershipFactory, MentorshipFactory
from tests.moving import end_enrolment


def all_set_up(cast: Cast) -> None:
    """Everybody is invited, each group has a meeting, and each milestone a material."""
    invite_all(cohort=cast.cohort, by=cast.ines, at=NOW)
    Group.objects.update(meeting="Tuesdays 17:00")
    for milestone in cast.milestones:
        MaterialFactory.create(milestone=milestone)


@pytest.fixture(autouse=True)
def _all_set_up(cast: Cast) -> None:
    all_set_up(cast)


def left(set_up: list[SetUpStep]) -> list[tuple[str, str]]:
    return [(step.title, step.text) for step in set_up]


def titles(set_up: list[SetUpStep]) -> list[str]:
    return [step.title for step in set_up]


def test_course_set_up_leads_a_new_course_to_its_milestones(cast: Cast) -> None:
    course = CourseFactory.create(slug="new-one")
    set_up = course_set_up(course, None, NOW)
    assert titles(set_up) == ["The course has no milestones", "No cohort runs"]
    assert set_up[0].url == "/courses/new-one/imports/outline/"
    first = MilestoneFactory.create(course=course, title="Tools", week=1)
    set_up = course_set_up(course, None, NOW)
    assert titles(set_up) == ["Tools has no material", "No cohort runs"]
    assert (set_up[0].action, set_up[0].url) == ("Add material to Tools", f"/milestones/{first.pk}/#add")


def test_course_set_up_wants_a_milestone_in_a_week(cast: Cast) -> None:
    Milestone.objects.update(week=None)
    expected = ("No milestone has a week", "The plan of a new group would be empty.")
    assert left(course_set_up(cast.course, cast.cohort, NOW)) == [expected]


def test_course_set_up_goes_on_with_a_cohort_unless_it_is_closed(cast: Cast) -> None:
    assert course_set_up(cast.course, cast.cohort, NOW) == []
    later = CohortFactory.create(course=cast.course, title="Spring 2027", starts_on=date(2027, 2, 1))
    assert titles(course_set_up(cast.course, later, NOW)) == ["Nobody is enrolled", "Nobody is in a group"]
    later.closed_on = TODAY
    assert titles(course_set_up(cast.course, later, NOW)) == ["No cohort runs"]


def test_cohort_set_up_is_done_with_everybody_in_a_group_with_a_mentor_and_a_meeting(cast: Cast) -> None:
    assert cohort_set_up(cast.cohort, NOW) == []


def test_cohort_set_up_counts_who_is_in_no_group(cast: Cast) -> None:
    def come(*names: str) -> None:
        for name in names:
            EnrolmentFactory.create(cohort=cast.cohort, person__name=name, person__last_login=NOW)

    come("Gil Lobo")
    assert left(cohort_set_up(cast.cohort, NOW)) == [("Gil Lobo is in no group", "")]
    come("Hana Abe")
    assert left(cohort_set_up(cast.cohort, NOW)) == [("2 students are in no group", "Gil Lobo and Hana Abe")]
    come("Ivo Reis", "Jun Ito")
    named = ("4 students are in no group", "Gil Lobo, Hana Abe, Ivo Reis and 1 more")
    assert left(cohort_set_up(cast.cohort, NOW)) == [named]


def test_cohort_set_up_names_groups_without_a_mentor_a_meeting_or_a_plan(cast: Cast) -> None:
    made = [
        open_group(cohort=cast.cohort, name=name, by=cast.ines, at=NOW)
        for name in ("Alder", "Birch", "Cedar")
    ]
    # Nobody is in them yet.
    assert cohort_set_up(cast.cohort, NOW) == []
    for group in made:
        MembershipFactory.create(group=group)
    User.objects.update(last_login=NOW)
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=TODAY, by=cast.ines, at=NOW)
    cast.clover.plan_items.all().delete()
    set_up = cohort_set_up(cast.cohort, NOW)
    assert left(set_up) == [
        ("Alder, Birch, Cedar and 1 more have no mentor", ""),
        ("Alder, Birch and Cedar have no meeting", ""),
        ("Clover has an empty plan", "Nothing is due."),
    ]
    alder = made[0].pk
    assert [(step.action, step.url) for step in set_up] == [
        ("Find a mentor for Alder", f"/groups/{alder}/set-up/"),
        ("Set the meeting of Alder", f"/groups/{alder}/meeting/"),
        ("Plan for Clover", f"/groups/{cast.clover.pk}/plan/"),
    ]


def test_cohort_set_up_asks_nothing_of_a_group_that_everybody_has_left(cast: Cast) -> None:
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=TODAY, by=cast.ines, at=NOW)
    Group.objects.filter(pk=cast.clover.pk).update(meeting="")
    for name in ("ana", "bruno", "chidi"):
        assert titles(cohort_set_up(cast.cohort, NOW)) == ["Clover has no mentor", "Clover has no meeting"]
        end_enrolment(enrolment=cast.enrolment(name), on=TODAY, end_reason="dropped", by=cast.ines, at=NOW)
    assert cohort_set_up(cast.cohort, NOW) == []


def test_cohort_set_up_counts_a_mentor_to_come(cast: Cast) -> None:
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=TODAY, by=cast.ines, at=NOW)
    MentorshipFactory.create(group=cast.clover, person=cast.tomas, started_on=date(2026, 9, 20))
    assert cohort_set_up(cast.cohort, NOW) == []


def test_cohort_set_up_names_milestones_to_come_without_material(cast: Cast) -> None:
    """This is the third of four weeks: what was due is not asked for, nor what is in no week."""
    MilestoneFactory.create(course=cast.course, position=9, title="Extra", week=None)
    for milestone in cast.milestones:
        milestone.materials.update(retired_on=TODAY)
    set_up = cohort_set_up(cast.cohort, NOW)
    assert left(set_up) == [("Indexation and RAG have no material", "due Sun 20 September")]
    third = cast.milestones[2]
    assert (set_up[0].action, set_up[0].url) == (
        "Add material to Indexation",
        f"/milestones/{third.pk}/#add",
    )
    # A break moves what is due.
    Pause.objects.create(cohort=cast.cohort, starts_on=date(2026, 9, 7), ends_on=date(2026, 9, 13))
    cohort = type(cast.cohort).objects.get()
    expected = ("Prompt engineering, Indexation and RAG have no material", "due Sun 20 September")
    assert left(cohort_set_up(cohort, NOW)) == [expected]
    MaterialFactory.create(milestone=cast.milestones[1])
    MaterialFactory.create(milestone=third)
    assert left(cohort_set_up(cohort, NOW)) == [("RAG has no material", "due Sun 4 October")]


def test_cohort_set_up_asks_nothing_of_a_cohort_that_is_over(cast: Cast) -> None:
    over = CohortFactory.create(course=cast.course, closed_on=TODAY)
    assert cohort_set_up(over, NOW) == []


def test_set_up_takes_the_same_queries_with_many(cast: Cast, django_assert_num_queries) -> None:
    for n in range(30):
        MembershipFactory.create(group=GroupFactory.create(cohort=cast.cohort))
        CohortFactory.create(course=cast.course)
        MilestoneFactory.create(course=cast.course, position=10 + n, week=n + 5)
    with django_assert_num_queries(5):
        assert len(cohort_set_up(cast.cohort, NOW)) == 5
    with django_assert_num_queries(5):
        course_set_up(cast.course, cast.cohort, NOW)


def test_cohort_set_up_counts_and_names_who_is_not_invited(cast: Cast) -> None:
    Invitation.objects.filter(person__in=[cast.person("ana").pk, cast.marta.pk]).update(revoked_at=NOW)
    set_up = cohort_set_up(cast.cohort, NOW)
    assert left(set_up) == [("2 people are not invited", "Ana Ruivo and Marta Pires")]
    assert (set_up[0].action, set_up[0].url) == (
        "Invite 2 people",
        f"/cohorts/{cast.cohort.pk}/people/invite/",
    )
    User.objects.filter(pk=cast.marta.pk).update(last_login=NOW)
    assert left(cohort_set_up(cast.cohort, NOW)) == [("1 person is not invited", "Ana Ruivo")]
