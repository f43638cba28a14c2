import pytest
from django.db import IntegrityError, transaction

from courses.actions.milestone import MilestoneError, add_milestone, delete_milestone, move_milestone
from courses.models import Course, Material, Milestone
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CodeReviewFactory, ProgressFactory
from tracker.models import MaterialTick


def order(course: Course) -> list[tuple[int, str]]:
    return list(course.milestones.in_order().values_list("position", "title"))


def test_add_milestone_comes_last(cast: Cast) -> None:
    made = add_milestone(milestone=Milestone(course=cast.course, title="Agents"), by=cast.ines, at=NOW)
    assert (made.position, made.changed_by) == (5, cast.ines)
    assert order(cast.course)[-1] == (5, "Agents")


def test_add_milestone_leaves_plans_as_they_are(cast: Cast) -> None:
    add_milestone(milestone=Milestone(course=cast.course, title="Agents", week=5), by=cast.ines, at=NOW)
    assert cast.clover.plan_items.count() == 4


@pytest.mark.parametrize(
    ("moved", "places", "titles"),
    [
        (1, -1, ["Prompt engineering", "LLM basics", "Indexation", "RAG"]),
        (1, 1, ["LLM basics", "Indexation", "Prompt engineering", "RAG"]),
        (3, -3, ["RAG", "LLM basics", "Prompt engineering", "Indexation"]),
        (0, -1, ["LLM basics", "Prompt engineering", "Indexation", "RAG"]),
        (3, 1, ["LLM basics", "Prompt engineering", "Indexation", "RAG"]),
        (0, 99, ["Prompt engineering", "Indexation", "RAG", "LLM basics"]),
    ],
)
def test_move_milestone_by_places(cast: Cast, moved: int, places: int, titles: list[str]) -> None:
    is_moved = move_milestone(milestone=cast.milestones[moved], places=places)
    assert order(cast.course) == list(enumerate(titles, start=1))
    assert is_moved == (titles != [milestone.title for milestone in cast.milestones])


def test_move_milestone_closes_gaps_and_leaves_other_courses(cast: Cast) -> None:
    other = MilestoneFactory.create(position=7)
    Milestone.objects.filter(pk=cast.milestones[3].pk).update(position=40)
    move_milestone(milestone=cast.milestones[2], places=-1)
    assert order(cast.course) == [(1, "LLM basics"), (2, "Indexation"), (3, "Prompt engineering"), (4, "RAG")]
    other.refresh_from_db()
    assert other.position == 7


def test_position_is_taken_once_a_course(cast: Cast) -> None:
    told = pytest.raises(IntegrityError, match=r"milestone_position_once_a_course|UNIQUE constraint")
    with told, transaction.atomic():
        MilestoneFactory.create(course=cast.course, position=1)
    MilestoneFactory.create(position=1)


def test_delete_milestone_takes_its_unused_materials_along(cast: Cast) -> None:
    spare = MilestoneFactory.create(course=cast.course, position=5)
    MaterialFactory.create(milestone=spare)
    kept = MaterialFactory.create(milestone=cast.milestones[0])
    delete_milestone(milestone=spare)
    assert [row.position for row in cast.course.milestones.in_order()] == [1, 2, 3, 4]
    assert list(Material.objects.all()) == [kept]


def test_delete_milestone_says_what_refers_to_it(cast: Cast) -> None:
    milestone = cast.milestones[0]
    material = MaterialFactory.create(milestone=milestone)
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=milestone)
    CodeReviewFactory.create(
        group=cast.clover,
        author=cast.enrolment("ana"),
        reviewer=cast.enrolment("bruno"),
        milestone=milestone,
    )
    QuestionFactory.create(membership=cast.ana, milestone=milestone, material=material)
    MaterialTick.objects.create(enrolment=cast.enrolment("ana"), material=material, ticked_at=NOW)
    with pytest.raises(MilestoneError) as refused:
        delete_milestone(milestone=milestone)
    assert {str(reference) for reference in refused.value.references} == {
        "2 plan items",
        "1 progress",
        "1 code review",
        "1 question",
        "1 question of its materials",
        "1 material tick of its materials",
    }
    assert Milestone.objects.filter(pk=milestone.pk).exists()
