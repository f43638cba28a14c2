from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms

from courses.forms.cohort import CohortForm
from courses.models import Cohort
from groups.actions.forming import note_willing
from people.models import User


class NewCohortForm(CohortForm):
    """A cohort, and who stays of the mentors of the one before."""

    def __init__(self, *args: Any, mentors: Sequence[tuple[User, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mentors = {person.pk: (person, count) for person, count in mentors}
        if mentors:
            self.fields["mentors"] = forms.TypedMultipleChoiceField(
                label="Mentors who stay",
                coerce=int,
                required=False,
                choices=[
                    (person.pk, f"{person.name}, {count} group{'' if count == 1 else 's'}")
                    for person, count in mentors
                ],
                initial=list(self.mentors),
                widget=forms.CheckboxSelectMultiple,
                help_text="They go on the list of mentors, for as many groups as they had. They are not told.",
            )

    def save_by(self, *, by: User, at: datetime) -> Cohort:
        cohort = super().save_by(by=by, at=at)
        if not cohort.is_closed(cohort.today(at)):
            for pk in self.cleaned_data.get("mentors", ()):
                person, count = self.mentors[pk]
                note_willing(cohort=cohort, person=person, most_groups=count, by=by, at=at)
        return cohort
