from typing import Any

from django import forms
from django.db.models import Model, QuerySet

# The largest id of a BigAutoField.
LARGEST = 2**63 - 1


def as_id(text: str) -> int | None:
    # The length comes first, because int() is slow for very long numbers.
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):
        return None
    number = int(text)
    return number if number <= LARGEST else None


class RowsField[Row: Model](forms.ModelMultipleChoiceField[Row]):
    """A choice of several rows. Invalid ids are refused without a query."""

    def _check_values(self, value: Any) -> QuerySet[Row]:
        for each in value:
            if as_id(str(each)) is None:
                raise forms.ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(each)[:20]},
                )
        rows: QuerySet[Row] = super()._check_values(value)  # type: ignore[misc]
        return rows
