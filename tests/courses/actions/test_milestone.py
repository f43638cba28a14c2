import pytest
from django.db import IntegrityError, connection, transaction

from courses.actions.milestone import delete_milestone
from courses.models import Material, Milestone
from tests.conftest import NOW, Cast, make_cast
from tests.factories.courses import MaterialFactory, MilestoneFactory
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import CodeReviewFactory, ProgressFactory
from tests.racing import held_up
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


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one writer in at a time")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("of", ["milestone", "material"])
def test_delete_milestone_waits_for_who_uses_it_at_that_moment(of: str) -> None:
    cast = make_cast()
    spare = MilestoneFactory.create(course=cast.course, position=5)
    material = MaterialFactory.create(milestone=spare)
    ana = cast.enrolment("ana")

    def use() -> None:
        with connection.cursor() as cursor:
            # As the end of their transaction does: a row with a reference holds what it refers to.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if of == "milestone":
            ProgressFactory.create(enrolment=ana, milestone=spare)
        else:
            MaterialTick.objects.create(enrolment=ana, material=material, ticked_at=NOW)

    (references,) = held_up(use, lambda: delete_milestone(milestone=spare))
    assert isinstance(references, tuple), references
    assert [str(each) for each in references] == [
        "1 progress" if of == "milestone" else "1 material tick of its materials"
    ]
