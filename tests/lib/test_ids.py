import pytest
from django.core.exceptions import ValidationError

from groups.models import Group
from lib.ids import LARGEST, RowsField, as_id
from tests.conftest import Cast


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("17", 17), (str(LARGEST), LARGEST), ("007", 7)])
def test_digits_are_an_id(text: str, number: int) -> None:
    assert as_id(text) == number


@pytest.mark.parametrize("text", ["", "-1", "1.0", "٣", "x", " 1", str(LARGEST + 1), "9" * 5_000])
def test_anything_else_is_none(text: str) -> None:
    assert as_id(text) is None


@pytest.mark.parametrize("wrong", ["9" * 30, "9" * 5_000, "x", "987654"])
def test_choice_of_rows_refuses_what_is_none_of_them(cast: Cast, wrong: str) -> None:
    field = RowsField(Group.objects.filter(cohort=cast.cohort))
    assert list(field.clean([str(cast.clover.pk)])) == [cast.clover]
    with pytest.raises(ValidationError, match="is not one of the available choices"):
        field.clean([str(cast.clover.pk), wrong])
