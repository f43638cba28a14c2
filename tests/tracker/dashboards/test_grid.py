import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from groups.models import Group
from people.models import User
from tests.conftest import Cast
from tests.factories.courses import MilestoneFactory
from tests.factories.groups import PlanItemFactory
from tests.factories.tracker import ProgressFactory
from tracker.actions.progress import waive
from tracker.dashboards.grid import ProgressCell, grid_of
from tracker.dashboards.group_overviews import GroupOverview, group_overviews
from tracker.standing import MilestoneProgress, PlannedMilestone, State


def cell(state: State, *, is_waived: bool = False) -> ProgressCell:
    rag = PlannedMilestone(id=3, title="RAG", position=1)
    return ProgressCell(
        7, "Ana Ruivo", rag, MilestoneProgress(milestone_id=3, state=state, is_waived=is_waived)
    )


def clover(cast: Cast) -> GroupOverview:
    return group_overviews(Group.objects.filter(pk=cast.clover.pk), now=timezone.now())[0]


@pytest.mark.parametrize("state", [State.NOT_STARTED, State.WORKING, State.NEED_HELP, State.SKIPPED])
def test_click_marks_as_done(state: State) -> None:
    assert cell(state).click == "7-3-done"


def test_second_click_undoes() -> None:
    assert cell(State.DONE).click == "7-3-undo"
    assert ProgressCell(7, "Ana Ruivo", cell(State.DONE).planned, None).click == "7-3-done"


def test_cell_says_who_what_and_how() -> None:
    asked = cell(State.NEED_HELP)
    assert asked.label == "Ana Ruivo, RAG: need help"
    assert (asked.html_id, asked.shown_as) == ("cell-7-3", "need_help")


def test_cell_says_what_is_not_expected() -> None:
    assert cell(State.NOT_STARTED, is_waived=True).label == "Ana Ruivo, RAG: not started, not expected"
    assert cell(State.NOT_STARTED, is_waived=True).shown_as == "unplanned"
    assert cell(State.WORKING, is_waived=True).shown_as == "working"
    assert cell(State.DONE, is_waived=True).state_label == "done"


def test_overview_knows_which_milestone_comes_next(cast: Cast) -> None:
    assert clover(cast).current_milestone_id == cast.milestones[2].pk
    cast.clover.plan_items.update(due_on=None)
    assert clover(cast).current_milestone_id is None


def shape(overview: GroupOverview) -> list[str]:
    """A line a member: = reached, > the one that is now, - not in the plan, ( folded."""
    marks = {"reached": "=", "now": ">", "unplanned": "-", "folded": "("}
    return [
        " ".join(
            "".join(mark for name, mark in marks.items() if name in place.classes) for place in row.places
        )
        for row in overview.grid.rows
    ]


def test_line_of_a_member_is_green_up_to_the_first_milestone_not_begun(cast: Cast) -> None:
    for name, numbers in (("ana", (0, 1)), ("bruno", (0, 2)), ("chidi", (1,))):
        for number in numbers:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=cast.milestones[number])
    waive(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[1], by=cast.marta, at=timezone.now())
    assert shape(clover(cast)) == ["=> =  ", "=> - = ", ">   "]


def test_long_plan_folds_what_is_far_and_says_the_same_of_everybody(cast: Cast) -> None:
    for number in range(5, 15):
        milestone = MilestoneFactory.create(course=cast.course, position=number)
        PlanItemFactory.create(group=cast.clover, milestone=milestone)
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=milestone)
    assert [column.is_folded for column in clover(cast).grid.columns] == [False] * 8 + [True] * 5 + [False]
    assert 'class="paths paths-long"' in render(clover(cast))
    assert "5 more milestones" in render(clover(cast))


def test_grids_of_groups_align_by_the_milestones_of_all(cast: Cast) -> None:
    cast.clover.plan_items.filter(milestone=cast.milestones[1]).delete()
    overview = clover(cast)
    grid = grid_of(overview.plan, overview.members, course_plan(cast), now_id=None)
    assert [column.planned is None for column in grid.columns] == [False, True, False, False]
    html = render(overview, grid=grid, markable="all")
    assert (html.count("<button"), html.count("not in the plan")) == (9, 4)


def test_namesakes_keep_their_whole_names_on_a_phone(cast: Cast) -> None:
    User.objects.filter(pk=cast.person("chidi").pk).update(name="Bruno Okafor")
    assert [(row.first_name, row.rest) for row in clover(cast).grid.rows] == [
        ("Ana", " Ruivo"),
        ("Bruno Okafor", ""),
        ("Bruno Sá", ""),
    ]


def course_plan(cast: Cast) -> list[PlannedMilestone]:
    return [
        PlannedMilestone(id=each.pk, title=each.title, position=each.position) for each in cast.milestones
    ]


def render(overview: GroupOverview, **context: object) -> str:
    return render_to_string("tracker/_grid.html", {"overview": overview, **context})


def test_grid_renders_without_a_query(cast: Cast, django_assert_num_queries: Any) -> None:
    waive(enrolment=cast.enrolment("ana"), milestone=cast.milestones[3], by=cast.marta, at=timezone.now())
    overview = clover(cast)
    with django_assert_num_queries(0):
        html = render(overview, markable="all", leads=True, next="/groups/#group-1", target="#group-1")
    assert html.count("<button") == 12
    assert html.count('name="next" value="/groups/#group-1"') == 1
    assert 'title="Ana Ruivo, RAG: not started, not expected"' in html


@pytest.mark.parametrize("markable", [None, ""])
def test_grid_that_nobody_marks_has_no_buttons(cast: Cast, markable: str | None) -> None:
    html = render(clover(cast), markable=markable)
    assert "<button" not in html
    assert "not started" in html


def test_grid_of_a_student_marks_their_own_row_and_judges_nobody(cast: Cast) -> None:
    html = render(clover(cast), markable=cast.ana.enrolment_id, me=cast.ana.enrolment_id)
    assert html.count("<button") == 4
    assert html.count(f'name="mark" value="{cast.ana.enrolment_id}-') == 4
    assert html.count("(me)") == 1
    assert re.findall(r'<a href="([^"]+)"', html) == [f"/students/{cast.ana.enrolment_id}/"]


def test_grid_without_members_or_plan_says_so(cast: Cast) -> None:
    cast.clover.plan_items.all().delete()
    assert "No milestone is planned for Clover yet." in render(clover(cast), leads=True)
    for stay in (cast.ana, cast.bruno, cast.chidi):
        stay.delete()
    assert "Clover has no members yet." in render(clover(cast))
