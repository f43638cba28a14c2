from typing import Any

from django import forms

from courses.actions.order import put_in_order
from courses.models import CourseSection, Material, Milestone
from lib.editing import VersionedForm


class PlacedForm[Row: (CourseSection, Milestone, Material)](VersionedForm[Row]):
    """A form of a row that has a place in a list. A new one comes last, unless another place is chosen."""

    place = forms.TypedChoiceField(coerce=int, required=False, help_text="Its position in the list, from 1.")
    # The field that says of what the list is.
    of = "course"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.rows()
        self._place = rows.index(self.instance) + 1 if self.instance.pk else len(rows) + 1
        self.fields["place"].choices = [(n, str(n)) for n in range(1, max(self._place, len(rows)) + 1)]  # type: ignore[attr-defined]
        self.initial["place"] = self._stored["place"] = self._place

    def rows(self) -> list[Row]:
        """The list that it is in, or will be: archived materials have their own."""
        rows = type(self.instance).objects.filter(**{self.of: getattr(self.instance, self.of)}).in_order()
        is_archived = bool(getattr(self.instance, "retired_on", None))
        return [row for row in rows if bool(getattr(row, "retired_on", None)) is is_archived]

    def clean_place(self) -> int:
        return self.cleaned_data["place"] or self._place

    def lock(self) -> None:
        """Hold the course or milestone that the list is of, before the row: who moves other rows waits."""
        of = getattr(self.instance, self.of)
        type(of)._default_manager.select_for_update(no_key=True).get(pk=of.pk)

    def save(self, commit: bool = True) -> Row:
        rows = [row for row in self.rows() if row != self.instance]
        if self.instance.pk is None:
            self.instance.position = max((row.position for row in rows), default=0) + 1
        saved: Row = super().save(commit)
        rows.insert(self.cleaned_data["place"] - 1, saved)
        put_in_order(rows)
        return saved
