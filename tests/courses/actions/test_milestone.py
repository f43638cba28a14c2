import pytest
from django.db import IntegrityError, transaction

from courses.actions.milestone import delete_milestone
from courses.models import Material, Milestone
from tests.conftest import NOW, Cast
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CodeReviewFactory, ProgressFactory
from tracker.models import MaterialTick


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
    assert {str(reference) for reference in delete_milestone(milestone=milestone)} == {
        "2 plan items",
        "1 progress",
        "1 code review",
        "1 question",
        "1 question of its materials",
        "1 material tick of its materials",
    }
    assert Milestone.objects.filter(pk=milestone.pk).exists()
