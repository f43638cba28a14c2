import pytest
from django.core.exceptions import ValidationError
from pytest_django import DjangoAssertNumQueries

from groups.models import Group
from lib.name_field import MOST_IN_SELECT, NameField, row_field
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory

pytestmark = pytest.mark.django_db
NAMES = ("Group 2", "Group 20", "Group 2 of Élan", "Clover", "Clover hill", "The clover")


@pytest.fixture
def field() -> NameField[Group]:
    cohort = CohortFactory.create()
    for name in NAMES:
        GroupFactory.create(cohort=cohort, name=name)
    return NameField(rows=Group.objects.in_order(), noun="group", required=False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("group 2", "Group 2"),
        (" GROUP  20 ", "Group 20"),
        ("elan", "Group 2 of Élan"),
        ("Clover", "Clover"),
        ("hill", "Clover hill"),
        ("20", "Group 20"),
    ],
)
def test_name_field_finds_the_one_that_is_meant(field: NameField[Group], text: str, name: str) -> None:
    assert field.clean(text).name == name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Fern", "No group has a name like “Fern”."),
        ("?!", "No group has a name like “?!”."),
        ("the", "The clover"),
        ("group", "3 groups match: “Group 2”, “Group 2 of Élan” and “Group 20”. Type the whole name."),
        (
            "o",
            "6 groups match: “Clover”, “Clover hill”, “Group 2”, “Group 2 of Élan” and 2 more. Type the whole name.",
        ),
    ],
)
def test_name_field_says_when_nothing_or_several_match(
    field: NameField[Group], text: str, message: str
) -> None:
    try:
        said = field.clean(text).name
    except ValidationError as error:
        said = error.messages[0]
    assert said == message


def test_name_field_reads_nothing_when_nothing_was_typed(
    field: NameField[Group], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        assert field.clean(" ") is None


def test_select_is_for_a_few_dozen_choices() -> None:
    cohort = CohortFactory.create()
    Group.objects.bulk_create([Group(cohort=cohort, name=f"Of many {n}") for n in range(MOST_IN_SELECT)])
    field = row_field(cohort.groups.all(), noun="group", empty_label="Any")
    assert not isinstance(field, NameField)
    GroupFactory.create(cohort=cohort)
    assert isinstance(row_field(cohort.groups.all(), noun="group", empty_label="Any"), NameField)
