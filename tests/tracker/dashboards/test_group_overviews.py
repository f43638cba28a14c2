from datetime import date

import pytest
from django.utils import timezone

from groups.models import Group, Mentorship
from tests.conftest import Cast
from tests.factories.courses import PauseFactory
from tests.factories.groups import AbsenceFactory, MentorAwayFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, ProgressFactory
from tracker.dashboards.group_overviews import group_overviews


def test_group_overviews_tell_plan_members_and_mentors(cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    clover, juniper = group_overviews(Group.objects.in_order(), now=timezone.now())
    assert [planned.title for planned in clover.plan] == [
        "LLM basics",
        "Prompt engineering",
        "Indexation",
        "RAG",
    ]
    assert [(member.name, [str(cell.state) for cell in member.cells][:2]) for member in clover.members] == [
        ("Ana Ruivo", ["done", "not_started"]),
        ("Bruno Sá", ["not_started", "not_started"]),
        ("Chidi Okafor", ["not_started", "not_started"]),
    ]
    assert [(mentor.person.name, mentor.role) for mentor in juniper.mentors_now] == [("Tomás Reis", "mentor")]
    assert (clover.week_number, clover.week_count) == (3, 4)


def test_group_of_a_closed_cohort_names_its_last_mentors(cast: Cast) -> None:
    cast.cohort.closed_on = date(2026, 9, 14)
    cast.cohort.save()
    Mentorship.objects.filter(group__cohort=cast.cohort).update(ended_on=date(2026, 9, 14))
    _, juniper = group_overviews(Group.objects.in_order(), now=timezone.now())
    assert juniper.mentors_label == "mentor Tomás Reis"


def test_group_overviews_judge_by_the_plan(cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[1])
    clover = group_overviews(Group.objects.filter(name="Clover"), now=timezone.now())[0]
    assert [member.standing.behind_by for member in clover.members] == [0, 2, 2]
    assert clover.spread == 2


@pytest.mark.parametrize("groups", [1, 2])
def test_group_overviews_takes_constant_queries(
    cast: Cast, groups: int, django_assert_num_queries: object
) -> None:
    PauseFactory.create(cohort=cast.cohort, starts_on=date(2026, 10, 5), ends_on=date(2026, 10, 9))
    AbsenceFactory.create(
        enrolment=cast.enrolment("bruno"),
        starts_on=date(2026, 9, 1),
        ends_on=date(2026, 9, 5),
        accepted_by=cast.marta,
    )
    MentorAwayFactory.create(
        mentorship=cast.clover.mentorships.get(), starts_on=date(2026, 9, 14), ends_on=date(2026, 9, 20)
    )
    entry_of = CheckInFactory.create(group=cast.clover)
    CheckInEntryFactory.create(check_in=entry_of, enrolment=cast.enrolment("ana"))
    QuestionFactory.create(membership=cast.ana)
    wanted = Group.objects.select_related("cohort__course").in_order()[:groups]
    with django_assert_num_queries(11):  # type: ignore[operator]
        overviews = group_overviews(wanted, now=timezone.now())
    assert len(overviews) == groups


def test_without_a_reader_nobody_is_flagged_and_what_flags_them_is_not_read(
    cast: Cast, django_assert_num_queries: object
) -> None:
    clover = Group.objects.filter(name="Clover").select_related("cohort__course")
    judged = group_overviews(clover.all(), now=timezone.now())[0]
    with django_assert_num_queries(7):  # type: ignore[operator]
        shown = group_overviews(clover.all(), now=timezone.now(), reader=None)[0]
    assert [bool(member.standing.reasons) for member in judged.members] == [True, True, True]
    assert [member.standing.reasons for member in shown.members] == [(), (), ()]
    for before, now in zip(judged.members, shown.members, strict=True):
        assert now.standing.work == before.standing.work
