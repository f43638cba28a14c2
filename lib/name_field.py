from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Model, QuerySet

from lib.natural_order import natural_key
from lib.text import joined

# The most choices that a select offers. Of more, one is chosen by typing its name.
MOST_IN_SELECT = 36
# How many of several matches a message names.
_NAMED = 4


class NameField[Row: Model](forms.CharField):
    """One row of many, found by its label or a part of it: "group 2" finds "Group 2", not "Group 20".

    Reads all labels, but only when something was typed. Invalid if nothing or several match.
    """

    widget = forms.SearchInput

    def __init__(
        self, *, rows: QuerySet[Row], noun: str, label_of: Callable[[Row], str] = str, **options: Any
    ) -> None:
        super().__init__(**{"max_length": 300} | options)
        self.rows, self.noun, self.label_of = rows, noun, label_of

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = self._matching(natural_key(text))
        if not found:
            raise forms.ValidationError(f"No {self.noun} has a name like “{text}”.")
        if len(found) > 1:
            names = joined((f"“{self.label_of(row)}”" for row in found), _NAMED)
            raise forms.ValidationError(f"{len(found)} {self.noun}s match: {names}. Type the whole name.")
        return found[0]

    def _matching(self, wanted: str) -> list[Row]:
        """Return the rows with this label, else those that begin with it, else those that contain it."""
        keys = [(natural_key(self.label_of(row)), row) for row in self.rows]
        return (
            [row for key, row in keys if key == wanted]
            or [row for key, row in keys if key.startswith(f"{wanted} ")]
            or [row for key, row in keys if wanted and wanted in key]
        )


def row_field(
    rows: QuerySet[Any],
    *,
    noun: str,
    empty_label: str,
    shown: Callable[[Any], str] = str,
    typed: Callable[[Any], str] = str,
    **options: Any,
) -> forms.Field:
    """A select of rows; a field for the name of one if they are too many for a select.

    Args:
        shown: what the select calls a row.
        typed: what a row is found by, by its name.
    """
    if len(rows[: MOST_IN_SELECT + 1].values_list("pk")) > MOST_IN_SELECT:
        named: NameField[Any] = NameField(rows=rows, noun=noun, label_of=typed, **options)
        return named
    field = forms.ModelChoiceField(rows, empty_label=empty_label, **options)
    field.label_from_instance = shown  # type: ignore[method-assign, assignment]
    return field
