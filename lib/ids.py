"""Ids as an address or a form says them: digits, and no more of them than a column holds."""

from typing import Any

from django import forms
from django.db.models import Model, QuerySet

# What a column for ids holds.
LARGEST = 2**63 - 1


def as_id(text: str) -> int | None:
    """Return the id that a text says; None for what is none."""
    # Cut off by its length first: very long numbers are not even read.
    if not (text.isascii() and text.isdecimal() and len(text) <= 19):
        return None
    number = int(text)
    return number if number <= LARGEST else None


class RowsField[Row: Model](forms.ModelMultipleChoiceField[Row]):
    """A choice of several rows which refuses what cannot be an id, instead of asking the database for it."""

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
