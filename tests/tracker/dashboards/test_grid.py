import re
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from groups.models import Group
from tests.conftest import Cast
from tests.factories.tracker import ProgressFactory
from tracker.actions.progress import waive
from tracker.dashboards.grid import ProgressCell
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


def test_member_tone_leaves_the_spread_to_the_group(cast: Cast) -> None:
    for name, count in (("ana", 2), ("bruno", 4), ("chidi", 2)):
        for milestone in cast.milestones[:count]:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=milestone)
    members = clover(cast).members
    assert [(each.standing.attention.value, each.tone) for each in members] == [
        ("watch", "ok"),
        ("watch", "quiet"),
        ("watch", "ok"),
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
    assert "chip" not in html
    assert re.findall(r'<a href="([^"]+)"', html) == [f"/students/{cast.ana.enrolment_id}/"]


def test_grid_without_members_or_plan_says_so(cast: Cast) -> None:
    cast.clover.plan_items.all().delete()
    assert "No milestone is planned for Clover yet." in render(clover(cast), leads=True)
    for stay in (cast.ana, cast.bruno, cast.chidi):
        stay.delete()
    assert "Clover has no members yet." in render(clover(cast))
