import pytest

from courses.forms.milestone import MilestoneForm
from courses.models import Milestone
from tests.conftest import Cast
from tests.factories.courses import MilestoneFactory


def form(cast: Cast, **fields: str) -> MilestoneForm:
    return MilestoneForm({"title": "Agents"} | fields, instance=Milestone(course=cast.course))


def test_milestone_form_needs_neither_week_nor_hours(cast: Cast) -> None:
    checked = form(cast)
    assert checked.is_valid()
    assert (checked.cleaned_data["week"], checked.cleaned_data["planned_hours"]) == (None, None)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"title": "rag"}, {"title": ["This course already has a milestone with this title."]}),
        ({"title": "x" * 201}, {"title": ["Ensure this value has at most 200 characters (it has 201)."]}),
        ({"week": "0"}, {"week": ["Ensure this value is greater than or equal to 1."]}),
        ({"week": "105"}, {"week": ["Ensure this value is less than or equal to 104."]}),
        ({"planned_hours": "-1"}, {"planned_hours": ["Ensure this value is greater than or equal to 0."]}),
        (
            {"planned_hours": "1000"},
            {"planned_hours": ["Ensure that there are no more than 3 digits before the decimal point."]},
        ),
    ],
)
def test_milestone_form_says_beside_the_field_what_is_wrong(
    cast: Cast, fields: dict[str, str], errors: dict[str, list[str]]
) -> None:
    assert form(cast, **fields).errors == errors


def test_milestone_form_takes_the_title_of_another_course(cast: Cast) -> None:
    MilestoneFactory.create(title="Agents")
    assert form(cast).is_valid()
