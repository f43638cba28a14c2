from django.apps import apps

from groups.models import PlanItem
from lib.references import Reference, references_to
from tests.conftest import NOW, Cast
from tests.factories.questions import QuestionFactory
from tests.factories.tracker import ProgressFactory
from trends.actions.summaries import sum_up
from trends.models import CourseSummary


def test_references_to_counts_each_kind_in_the_right_number(cast: Cast) -> None:
    ProgressFactory.create(enrolment=cast.enrolment("ana"), milestone=cast.milestones[0])
    assert set(references_to(cast.clover)) == {
        Reference("memberships", 3),
        Reference("mentorship", 1),
        Reference("plan items", 4),
    }
    assert str(Reference("plan items", 4)) == "4 plan items"


def test_references_to_leaves_out_what_goes_along_and_history(cast: Cast) -> None:
    assert "plan items" not in {ref.what for ref in references_to(cast.clover, leave_out=[PlanItem])}
    assert [ref.what for ref in references_to(cast.clover.mentorships.get())] == []


def test_references_to_several_rows_are_counted_together(cast: Cast) -> None:
    assert Reference("plan items", 4) in references_to(*cast.milestones[:2])
    assert references_to() == ()


def test_references_to_are_no_sums_that_are_kept_beside(cast: Cast) -> None:
    QuestionFactory.create(membership=cast.ana, milestone=cast.milestones[0])
    sum_up(cast.course, NOW)
    assert CourseSummary.objects.get().course == cast.course
    assert "course summary" not in {ref.what for ref in references_to(cast.course)}
    assert {ref.what for ref in references_to(cast.milestones[0])} == {"plan items", "question"}


def test_goes_along_names_foreign_keys() -> None:
    named = {model: model.goes_along for model in apps.get_models() if hasattr(model, "goes_along")}
    assert named
    for model, conditions in named.items():
        keys = {field.name for field in model._meta.concrete_fields if field.is_relation}
        assert conditions.keys() <= keys, model
