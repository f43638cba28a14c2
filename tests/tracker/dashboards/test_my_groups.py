from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.template.loader import render_to_string
from django.utils import timezone

from groups.actions.mentorship import end_mentorship
from groups.models import Group
from groups.relations import forget_relations
from people.models import User
from tests.conftest import NOW, Cast
from tests.factories.courses import CohortFactory, CourseFactory, PauseFactory
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory, PlanItemFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import AgreedStepFactory, CheckInEntryFactory, CheckInFactory, ProgressFactory
from tracker.dashboards.my_groups import MentorDashboard, mentor_dashboard


def page(cast: Cast, name: str = "marta") -> MentorDashboard:
    forget_relations(cast.person(name))
    return mentor_dashboard(mentor=cast.person(name), now=timezone.now())


def names(dashboard: MentorDashboard) -> list[list[str]]:
    return [[card.group.name for card in section.cards] for section in dashboard.sections]


def group_of(cast: Cast, name: str, *, done: int, check_ins: int = 2) -> Group:
    """Another group of Marta's: three students with so many milestones done, and its first check-ins logged."""
    group = GroupFactory.create(cohort=cast.cohort, name=name)
    MentorshipFactory.create(group=group, person=cast.marta)
    for number, milestone in enumerate(cast.milestones):
        PlanItemFactory.create(
            group=group, milestone=milestone, due_on=date(2026, 9, 6) + timedelta(7 * number)
        )
    for number in range(3):
        stay = MembershipFactory.create(group=group, person=UserFactory.create(name=f"{name} {number}"))
        for milestone in cast.milestones[:done]:
            ProgressFactory.create(enrolment=stay.enrolment, milestone=milestone)
    for number in range(check_ins):
        CheckInFactory.create(
            group=group, week_starts_on=date(2026, 8, 31) + timedelta(7 * number), logged_by=cast.marta
        )
    return group


def test_groups_come_worst_first(cast: Cast) -> None:
    group_of(cast, "Alder", done=2)
    group_of(cast, "Borage", done=2, check_ins=1)
    group_of(cast, "Sorrel", done=0)
    group_of(cast, "Dill", done=2)
    for name in ("ana", "bruno", "chidi"):
        for milestone in cast.milestones[:2]:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)
    User.objects.update(last_login=timezone.now())
    # Clover has missed a check-in, Sorrel's students are behind and silent, Borage's check-in is late.
    assert names(page(cast)) == [["Sorrel", "Clover", "Borage", "Alder", "Dill"]]


def test_group_with_a_student_in_need_comes_before_one_that_is_watched(cast: Cast) -> None:
    borage = group_of(cast, "Borage", done=2)
    cast.clover.memberships.all().delete()
    group_of(cast, "Alder", done=2, check_ins=1)
    ProgressFactory.create(
        enrolment=borage.memberships.order_by("pk")[0].enrolment,
        milestone=cast.milestones[2],
        state="need_help",
        state_since=timezone.now() - timedelta(days=8),
    )
    assert names(page(cast)) == [["Borage", "Alder", "Clover"]]


def test_group_with_a_cry_of_this_minute_stands_above_one_that_is_behind(cast: Cast) -> None:
    borage = group_of(cast, "Borage", done=2)
    group_of(cast, "Sorrel", done=0)
    ProgressFactory.create(
        enrolment=borage.memberships.order_by("pk")[0].enrolment,
        milestone=cast.milestones[2],
        state="need_help",
        state_since=timezone.now(),
    )
    assert names(page(cast))[0][0] == "Borage"


def test_cohorts_have_sections_with_their_week(cast: Cast) -> None:
    other = CohortFactory.create(
        course=CourseFactory.create(title="Data engineering"),
        title="Winter 2026",
        starts_on=date(2026, 10, 5),
    )
    MentorshipFactory.create(group=GroupFactory.create(cohort=other, name="Borage"), person=cast.marta)
    assert [
        (each.cohort.course.title, each.cohort.title, each.week_label) for each in page(cast).sections
    ] == [
        ("LLM specialisation", "Autumn 2026", "week 3 of 4"),
        ("Data engineering", "Winter 2026", "begins 5 Oct"),
    ]


def test_week_label_of_a_pause_and_after_the_plan(cast: Cast) -> None:
    cast.clover.plan_items.filter(milestone__week__gt=2).delete()
    assert page(cast).sections[0].week_label == "week 3"
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 25))
    # As *My week* says; on the weekend after it no week is taught either.
    assert page(cast).sections[0].week_label == "a break until Fri 25 September"
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        assert page(cast).sections[0].week_label == "a break"


def test_minutes_count_this_week_against_the_budget_of_groups_that_meet(cast: Cast) -> None:
    sorrel = group_of(cast, "Sorrel", done=2)
    group_of(cast, "Dill", done=2)
    empty = GroupFactory.create(cohort=cast.cohort, name="Yarrow")
    MentorshipFactory.create(group=empty, person=cast.marta)
    for group, minutes in ((sorrel, 35), (cast.clover, 25), (cast.juniper, 40)):
        CheckInFactory.create(
            group=group, week_starts_on=date(2026, 9, 14), minutes=minutes, logged_by=cast.marta
        )
    found = page(cast)
    assert (len(found.cards), found.minutes, found.budget) == (4, 60, 90)


def test_other_groups_are_those_that_ended_closed_or_come(cast: Cast) -> None:
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=date(2026, 9, 10), by=cast.ines, at=NOW)
    MentorshipFactory.create(group=cast.juniper, person=cast.marta, started_on=date(2026, 9, 21))
    over = CohortFactory.create(
        course=cast.course, title="Spring 2026", starts_on=date(2026, 3, 2), closed_on=date(2026, 5, 1)
    )
    nettle = GroupFactory.create(cohort=over, name="Nettle")
    MentorshipFactory.create(
        group=nettle, person=cast.marta, started_on=date(2026, 3, 2), ended_on=date(2026, 4, 1)
    )
    MentorshipFactory.create(group=nettle, person=cast.marta, started_on=date(2026, 4, 1))
    found = page(cast)
    assert found.sections == ()
    assert [(each.group, each.starts_on) for each in found.coming] == [(cast.juniper, date(2026, 9, 21))]
    assert [(str(row.group), str(row.cohort), period) for row, period in found.others] == [
        ("Nettle", "Spring 2026", "the cohort is closed"),
        ("Clover", "Autumn 2026", "until Wed 9 September"),
    ]


def test_former_mentor_who_mentors_again_has_one_card(cast: Cast) -> None:
    end_mentorship(mentorship=cast.clover.mentorships.get(), on=date(2026, 9, 10), by=cast.ines, at=NOW)
    MentorshipFactory.create(group=cast.clover, person=cast.marta, role="cover", started_on=date(2026, 9, 14))
    found = page(cast)
    assert (names(found), found.others) == ([["Clover"]], ())
    assert found.sections[0].cards[0].company == "as stand-in"


@pytest.mark.parametrize("name", ["ana", "ines", "zoe"])
def test_who_mentors_nobody_has_no_group(cast: Cast, name: str) -> None:
    found = page(cast, name)
    assert (found.sections, found.others, found.budget) == ((), (), 0)


def fill(cast: Cast, groups: int) -> None:
    """So many groups of Marta's, Clover among them, with as many of everything in each."""
    made = [cast.clover, *(group_of(cast, f"Group {number}", done=1) for number in range(1, groups))]
    for group in made:
        for number in range(groups if groups < 4 else 3):
            stay = group.memberships.order_by("pk")[number % 3]
            QuestionFactory.create(membership=stay)
            check_in = CheckInFactory.create(
                group=group, week_starts_on=date(2026, 9, 14) + timedelta(7 * number), logged_by=cast.marta
            )
            CheckInEntryFactory.create(check_in=check_in, enrolment=stay.enrolment)
            AgreedStepFactory.create(group=group, enrolment=stay.enrolment, check_in=check_in)


@pytest.mark.parametrize("groups", [1, 3])
def test_mentor_dashboard_takes_constant_queries(
    cast: Cast, groups: int, django_assert_num_queries: Any
) -> None:
    fill(cast, groups)
    # The relations, and the three of the overviews.
    with django_assert_num_queries(21):
        found = page(cast)
    assert len(found.cards) == groups


def test_my_groups_renders_without_a_query(cast: Cast, django_assert_num_queries: Any) -> None:
    fill(cast, 3)
    found = page(cast)
    with django_assert_num_queries(0):
        html = render_to_string("tracker/my_groups.html", {"dashboard": found})
    assert html.count('class="group-head"') == 3
