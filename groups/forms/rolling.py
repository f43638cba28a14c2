from collections.abc import Sequence
from typing import Any

from django import forms

from courses.forms.cohort import CohortForm
from people.models import User


class RollOverForm(CohortForm):
    """A new cohort, and who of the mentors of the old one stays."""

    is_zone_proposed = False

    class Meta(CohortForm.Meta):
        fields = ["title", "starts_on", "time_zone", "asks_before_meeting"]

    def __init__(self, *args: Any, mentors: Sequence[tuple[User, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentors = {person.pk: (person, count) for person, count in mentors}
        if not mentors:
            return
        self.fields["mentors"] = forms.TypedMultipleChoiceField(
            label="Mentors who stay",
            coerce=int,
            required=False,
            choices=[(person.pk, f"{person.name}, {_groups(count)}") for person, count in mentors],
            initial=list(self.mentors),
            widget=forms.CheckboxSelectMultiple,
            help_text="They go on the list of mentors, for as many groups as they had. They are not told.",
        )

    def staying(self) -> dict[User, int]:
        return dict(self.mentors[pk] for pk in self.cleaned_data.get("mentors", ()))


def _groups(count: int) -> str:
    return f"{count} group{'' if count == 1 else 's'}"
