import pytest

from groups.models import Group
from lib.natural_order import natural_key
from tests.factories.courses import CohortFactory
from tests.factories.groups import GroupFactory

pytestmark = pytest.mark.django_db


def test_numbers_in_names_are_sorted_as_numbers() -> None:
    names = ["Group 10", "group 2", "Éclair 1b", "Group 1", "Eclair 1a", "2 of 10", "10 of 2"]
    assert sorted(names, key=natural_key) == [
        "2 of 10", "10 of 2", "Eclair 1a", "Éclair 1b", "Group 1", "group 2", "Group 10",
    ]  # fmt: skip


def test_groups_are_in_natural_order_however_they_were_saved() -> None:
    cohort = CohortFactory()
    tenth = GroupFactory(cohort=cohort, name="Group 10")
    Group.objects.bulk_create([Group(cohort=cohort, name=name) for name in ("Group 9", "Group 2")])
    tenth.name = "Group 3"
    tenth.save()
    assert [group.name for group in cohort.groups.in_order()] == ["Group 2", "Group 3", "Group 9"]


def test_key_of_the_longest_name_fits() -> None:
    group = GroupFactory(name="1 " * 49 + "1x")
    assert len(group.sort_key) == 200
