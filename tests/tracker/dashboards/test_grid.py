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
from tracker.dashboards.grid import ProgressCell, columns_from, columns_of
from tracker.dashboards.group_overviews import GroupOverview, group_overviews
from tracker.models import Progress
from tracker.standing import PlannedMilestone, ProgressState


def cell(state: ProgressState, *, is_waived: bool = False) -> ProgressCell:
    rag = PlannedMilestone(id=3, title="RAG", position=1)
    return ProgressCell(
        7,
        "Ana Ruivo",
        rag,
        Progress(milestone_id=3, state=state, waived_at=timezone.now() if is_waived else None),
    )


def clover(cast: Cast) -> GroupOverview:
    return group_overviews(Group.objects.filter(pk=cast.clover.pk), now=timezone.now())[0]


@pytest.mark.parametrize(
    "state",
    [ProgressState.NOT_STARTED, ProgressState.WORKING, ProgressState.NEED_HELP, ProgressState.SKIPPED],
)
def test_click_marks_as_done(state: ProgressState) -> None:
    assert cell(state).click == "7-3-done"


def test_second_click_undoes() -> None:
    assert cell(ProgressState.DONE).click == "7-3-undo"
    assert ProgressCell(7, "Ana Ruivo", cell(ProgressState.DONE).planned, None).click == "7-3-done"


def test_cell_says_who_what_and_how() -> None:
    asked = cell(ProgressState.NEED_HELP)
    assert asked.label == "Ana Ruivo, RAG: needs help"
    assert (asked.html_id, asked.shown_as) == ("cell-7-3", "need_help")


def test_cell_says_what_is_not_expected() -> None:
    assert (
        cell(ProgressState.NOT_STARTED, is_waived=True).label == "Ana Ruivo, RAG: not started, not expected"
    )
    assert cell(ProgressState.NOT_STARTED, is_waived=True).shown_as == "unplanned"
    assert cell(ProgressState.WORKING, is_waived=True).shown_as == "working"
    assert cell(ProgressState.DONE, is_waived=True).state_label == "done"


def test_overview_knows_which_milestone_comes_next(cast: Cast) -> None:
    assert clover(cast).current_milestone_id == cast.milestones[2].pk
    cast.clover.plan_items.update(due_on=None)
    assert clover(cast).current_milestone_id is None


def shape(overview: GroupOverview) -> list[str]:
    """A line a member: = reached, > the one that is now, - not in the plan or the first, ( left out on a phone."""
    marks = {"reached": "=", "now": ">", "first": "-", "far": "("}
    return [
        " ".join(
            "".join(mark for name, mark in marks.items() if name in place.classes.split())
            for place in row.places
        )
        for row in overview.sheet.rows
    ]


def test_line_of_a_member_is_green_up_to_the_first_milestone_not_begun(cast: Cast) -> None:
    for name, numbers in (("ana", (0, 1)), ("bruno", (0, 2)), ("chidi", (1,))):
        for number in numbers:
            ProgressFactory.create(enrolment=cast.enrolment(name), milestone=cast.milestones[number])
    waive(enrolment=cast.enrolment("bruno"), milestone=cast.milestones[1], by=cast.marta, at=timezone.now())
    assert shape(clover(cast)) == ["=>- =  (", "=>- - =- (", ">-   ("]


def milestones(count: int) -> list[PlannedMilestone]:
    return [
        PlannedMilestone(id=number, title=f"M{number}", position=number) for number in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("count", "at", "titles"),
    [
        (7, [], "M1 M2 M3 M4 M5 M6 M7"),
        (8, [], "1 M1|2 M2|3 M3|4 M4|5 M5|6 M6|7–8"),
        (20, [10, 12], "1–8|9 M9|10 M10|11 M11|12 M12|13 M13|14–20"),
        (20, [10, 14], "1–9|10 M10|11 M11|12 M12|13 M13|14 M14|15–20"),
        (20, [2], "1 M1|2 M2|3 M3|4 M4|5 M5|6 M6|7–20"),
        (20, [20, 19], "1–14|15 M15|16 M16|17 M17|18 M18|19 M19|20 M20"),
    ],
)
def test_columns_are_seven_at_most_around_the_groups(count: int, at: list[int], titles: str) -> None:
    columns = columns_of(milestones(count), at)
    assert [column.title for column in columns] == titles.split("|" if "|" in titles else " ")
    assert [each for column in columns for each in column.ids] == list(range(1, count + 1))
    assert len(columns_of(milestones(count), at, is_unfolded=True)) == count
    # As a form sends them back.
    key = " ".join(column.key for column in columns)
    assert [column.ids for column in columns_from(key, [])] == [column.ids for column in columns]


@pytest.mark.parametrize("key", ["", "x", "1  2", "1+", "9" * 16, "1 2;3", "1n+2", "1fn"])
def test_columns_that_cannot_be_read_are_those_of_the_plan(key: str) -> None:
    assert [column.ids for column in columns_from(key, milestones(3))] == [(1,), (2,), (3,)]


def test_long_plan_sums_what_is_far(cast: Cast) -> None:
    for number in range(5, 15):
        milestone = MilestoneFactory.create(course=cast.course, position=number)
        PlanItemFactory.create(group=cast.clover, milestone=milestone)
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=milestone)
    sheet = clover(cast).sheet
    assert [row.places[-1].sum_label for row in sheet.rows] == ["1 of 8", "0 of 8", "0 of 8"]
    assert [label for label, _ in sheet.sums] == [*["0 of 3"] * 6, "1 of 24"]
    html = " ".join(render(clover(cast), markable="all", leads=True).split())
    assert f'<a href="?unfold={cast.cohort.pk}#group-{cast.clover.pk}" > 7–14<' in html


def test_phone_shows_where_somebody_needs_help(cast: Cast) -> None:
    ProgressFactory.create(
        enrolment=cast.enrolment("ana"),
        milestone=cast.milestones[3],
        state="need_help",
        state_since=timezone.now(),
    )
    assert [row.replace("=", "") for row in shape(clover(cast))][1] == ">-   "


def test_sheets_of_groups_align_by_the_milestones_of_all(cast: Cast) -> None:
    cast.clover.plan_items.filter(milestone=cast.milestones[1]).delete()
    overview = clover(cast)
    sheet = overview.sheet_of(columns_of(course_plan(cast), []))
    assert [label for label, _ in sheet.sums][1] == "–"
    html = render(overview, sheet=sheet, markable="all")
    assert (html.count("<button"), html.count("not in the plan")) == (9, 3)


def test_row_of_a_mark_stays_below_the_heads_that_are_there(cast: Cast) -> None:
    before = clover(cast).sheet
    ProgressFactory.create(
        enrolment=cast.enrolment("bruno"),
        milestone=cast.milestones[1],
        state="done",
        state_since=timezone.now(),
    )
    moved = clover(cast)
    again = moved.sheet_of(columns_from(before.columns_key, []))
    assert [head.classes for head in again.heads] == [head.classes for head in before.heads]
    assert again.columns_key == before.columns_key != moved.sheet.columns_key


def test_day_is_said_while_somebody_has_to_keep_it(cast: Cast) -> None:
    basics = cast.milestones[0]

    def days() -> list[bool]:
        return [head.due_on is not None for head in clover(cast).sheet.heads]

    assert days() == [True] * 4
    for name, state in (("ana", "done"), ("bruno", "skipped")):
        ProgressFactory.create(enrolment=cast.enrolment(name), milestone=basics, state=state)
    assert days() == [True] * 4
    ProgressFactory.create(enrolment=cast.enrolment("chidi"), milestone=basics, state="done")
    assert days() == [False, True, True, True]


def test_namesakes_keep_their_whole_names(cast: Cast) -> None:
    User.objects.filter(pk=cast.person("chidi").pk).update(name="Bruno Okafor")
    assert [row.first_name for row in clover(cast).sheet.rows] == ["Ana", "Bruno Okafor", "Bruno Sá"]


def test_marks_tell_members_apart_and_who_is_away_or_has_not_signed_in(cast: Cast) -> None:
    Group.objects.filter(pk=cast.clover.pk).update(hue=4)
    today = timezone.localdate()
    cast.enrolment("ana").absences.create(starts_on=today, ends_on=today, accepted_by=cast.marta)
    User.objects.filter(pk=cast.person("chidi").pk).update(short_name="Bao", last_login=timezone.now())
    html = render(clover(cast))
    assert re.findall(r'<span class="(mark[^"]*)" aria-hidden="true">(\w+)</span>', html) == [
        ("mark hue-4 mark-gone", "A"),
        ("mark hue-4 mark-wait", "Br"),
        ("mark hue-4", "Ba"),
    ]


def course_plan(cast: Cast) -> list[PlannedMilestone]:
    return [
        PlannedMilestone(id=each.pk, title=each.title, position=each.position) for each in cast.milestones
    ]


def render(overview: GroupOverview, **context: object) -> str:
    return render_to_string("tracker/_sheet.html", {"overview": overview, "sheet": overview.sheet, **context})


def test_sheet_renders_without_a_query(cast: Cast, django_assert_num_queries: Any) -> None:
    waive(enrolment=cast.enrolment("ana"), milestone=cast.milestones[3], by=cast.marta, at=timezone.now())
    overview = clover(cast)
    with django_assert_num_queries(0):
        html = render(overview, markable="all", leads=True, next="/groups/#group-1", target="#group-1")
    assert html.count("<button") == 12
    assert html.count('name="next" value="/groups/#group-1"') == 1
    assert 'title="Ana Ruivo, RAG: not started, not expected"' in html


@pytest.mark.parametrize("markable", [None, ""])
def test_sheet_that_nobody_marks_has_no_buttons(cast: Cast, markable: str | None) -> None:
    html = render(clover(cast), markable=markable)
    assert "<button" not in html
    assert "not started" in html


def test_sheet_of_a_student_marks_their_own_row_and_judges_nobody(cast: Cast) -> None:
    html = render(clover(cast), markable=cast.ana.enrolment_id, me=cast.ana.enrolment_id)
    assert html.count("<button") == 4
    assert len(re.findall(rf'name="mark"\s+value="{cast.ana.enrolment_id}-', html)) == 4
    assert html.count(">You<") == 1
    assert re.findall(r'<a href="([^"]+)"', html) == [f"/students/{cast.ana.enrolment_id}/"]


def test_sheet_without_members_or_plan_says_so(cast: Cast) -> None:
    cast.clover.plan_items.all().delete()
    assert "No milestone is planned for Clover yet." in render(clover(cast), leads=True)
    for stay in (cast.ana, cast.bruno, cast.chidi):
        stay.delete()
    assert "Clover has no members yet." in render(clover(cast))
