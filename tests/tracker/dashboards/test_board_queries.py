"""The board and its lists take as many queries for many groups as for one."""

from datetime import date

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from courses.models import Cohort
from groups.models import Membership
from groups.relations import relations_of
from tests.conftest import NOW, Cast
from tests.factories.groups import GroupFactory, MembershipFactory, MentorshipFactory, PlanItemFactory
from tests.factories.people import UserFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CheckInEntryFactory, CheckInFactory, ProgressFactory
from tests.tracker.dashboards.test_board import list_of, page_of
from tracker.dashboards.board import cohort_board
from tracker.dashboards.board.places import BoardList
from tracker.models import AttentionPutAside


def fill(cast: Cast, groups: int, first: int = 0) -> None:
    """So many groups of three more, with a bit of everything in each."""
    for n in range(first, first + groups):
        group = GroupFactory.create(cohort=cast.cohort, name=f"Group {n:02}")
        mentor = MentorshipFactory.create(group=group).person
        for milestone in cast.milestones:
            PlanItemFactory.create(group=group, milestone=milestone, due_on=date(2026, 9, 6))
        stays: list[Membership] = MembershipFactory.create_batch(3, group=group)
        check_in = CheckInFactory.create(group=group, logged_by=mentor, request="A request")
        for stay in stays:
            CheckInEntryFactory.create(check_in=check_in, enrolment=stay.enrolment)
            ProgressFactory.create(enrolment=stay.enrolment, milestone=cast.milestones[0])
            QuestionFactory.create(membership=stay, milestone=cast.milestones[n % 4])
            AttentionPutAside.objects.create(
                enrolment=stay.enrolment, until_on=date(2026, 9, 20), reason="x", put_aside_at=NOW,
                put_aside_by=UserFactory.create(),
            )  # fmt: skip


@pytest.mark.parametrize("groups", [1, 4])
def test_board_takes_constant_queries_and_its_template_none(
    cast: Cast, groups: int, django_assert_num_queries
) -> None:
    fill(cast, groups)
    cohort = Cohort.objects.select_related("course").get(pk=cast.cohort.pk)
    # Two of them are the relations of the reader, which the page has already.
    with django_assert_num_queries(36):
        board = cohort_board(cohort=cohort, reader=cast.ines, now=timezone.now())
    assert board.group_count == groups + 2
    with django_assert_num_queries(0):
        page_of(board)


@pytest.mark.parametrize(
    ("show", "queries"),
    [("students", 20), ("groups", 19), ("check-ins", 17), ("mentors", 22), ("questions", 5), ("snoozed", 3)],
)
def test_lists_of_the_board_take_constant_queries(
    cast: Cast, show: str, queries: int, django_assert_num_queries
) -> None:
    relations_of(cast.ines, timezone.now())
    for first, groups in ((0, 1), (1, 6)):
        fill(cast, groups, first)
        with django_assert_num_queries(queries):
            shown = list_of(cast, BoardList(show))
        with django_assert_num_queries(0):
            render_to_string("tracker/board_list.html", {"list": shown})
