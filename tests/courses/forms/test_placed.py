"""The order of sections, milestones and materials, and two people who move them at once."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.forms.material import MaterialForm
from courses.forms.milestone import MilestoneForm
from courses.models import Course, Material, Milestone
from groups.views.editing import versioned_form
from tests.conftest import NOW, TODAY, Cast
from tests.factories.courses import MaterialFactory, MilestoneFactory


def order(course: Course) -> list[tuple[int, str]]:
    return list(course.milestones.in_order().values_list("position", "title"))


def saved(form: Any, cast: Cast) -> Any:
    assert form.is_valid(), form.errors
    return form.save_by(by=cast.ines, at=NOW)


def put(milestone: Milestone, place: int | None, cast: Cast) -> Milestone:
    made: Milestone = saved(
        MilestoneForm({"title": milestone.title, "place": place}, instance=milestone), cast
    )
    return made


@pytest.mark.parametrize(
    ("moved", "place", "titles"),
    [
        (1, 1, ["Prompt engineering", "LLM basics", "Indexation", "RAG"]),
        (1, 3, ["LLM basics", "Indexation", "Prompt engineering", "RAG"]),
        (3, 1, ["RAG", "LLM basics", "Prompt engineering", "Indexation"]),
        (3, 4, ["LLM basics", "Prompt engineering", "Indexation", "RAG"]),
        (1, None, ["LLM basics", "Prompt engineering", "Indexation", "RAG"]),
    ],
)
def test_milestone_is_put_where_it_is_wanted(
    cast: Cast, moved: int, place: int | None, titles: list[str]
) -> None:
    put(cast.milestones[moved], place, cast)
    assert order(cast.course) == list(enumerate(titles, start=1))


def test_placing_closes_gaps_and_leaves_other_courses(cast: Cast) -> None:
    other = MilestoneFactory.create(position=7)
    Milestone.objects.filter(pk=cast.milestones[3].pk).update(position=40)
    put(cast.milestones[2], 2, cast)
    assert order(cast.course) == [(1, "LLM basics"), (2, "Indexation"), (3, "Prompt engineering"), (4, "RAG")]
    other.refresh_from_db()
    assert other.position == 7


def test_new_one_comes_last_and_leaves_plans_as_they_are(cast: Cast) -> None:
    put(Milestone(course=cast.course, title="Agents", week=5), None, cast)
    put(Milestone(course=cast.course, title="Tools"), 1, cast)
    assert [title for _, title in order(cast.course)] == [
        "Tools", "LLM basics", "Prompt engineering", "Indexation", "RAG", "Agents",
    ]  # fmt: skip
    assert cast.clover.plan_items.count() == 4


def test_material_has_its_place_among_those_in_use(cast: Cast) -> None:
    rows = [
        MaterialFactory.create(milestone=cast.milestones[0], title=title, position=n, url="")
        for n, title in enumerate("abcd", start=1)
    ]
    MaterialFactory.create(milestone=cast.milestones[1])
    Material.objects.filter(pk=rows[1].pk).update(retired_on=TODAY)
    form = MaterialForm({"title": "d", "kind": "page", "place": 2}, instance=rows[3])
    assert form.initial["place"] == 3
    saved(form, cast)
    in_use = cast.milestones[0].materials.in_use().in_order()
    assert [(row.title, row.position) for row in in_use] == [("a", 1), ("d", 2), ("c", 3)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_course_is_held_before_its_row_is(cast: Cast, rf: Any) -> None:
    request = rf.post("/", {"title": "RAG", "place": "1"})
    with CaptureQueriesContext(connection) as asked:
        versioned_form(request, MilestoneForm, cast.milestones[3], by=cast.ines, at=NOW)
    held = [query["sql"] for query in asked if "FOR NO KEY UPDATE" in query["sql"]]
    assert ['FROM "courses_course"' in sql for sql in held] == [True, False]
