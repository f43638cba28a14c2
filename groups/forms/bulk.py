from datetime import date
from typing import Any

from django import forms

from courses.models import Cohort
from groups.actions.bulk import INVITE
from groups.actions.moving import END, MOVE, RETURN
from groups.forms.people import group_field
from groups.forms.stay_day import StayDay
from groups.models import Enrolment

# What can be done for many, and the button that does it.
DEEDS = {
    INVITE: "Invite, or invite again",
    MOVE: "Move to a group",
    END: "End their enrolments",
    RETURN: "Let them come back",
}


class BulkForm(forms.Form):
    """What a deed for many needs to know. An invitation needs nothing."""

    def __init__(self, *args: Any, deed: str, cohort: Cohort, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "with")
        super().__init__(*args, **kwargs)
        if deed == INVITE:
            return
        if deed == END:
            self.fields["end_reason"] = forms.ChoiceField(
                label="What happened", choices=Enrolment.EndReason, widget=forms.RadioSelect
            )
        if deed == MOVE:
            self.fields["group"] = group_field(cohort, empty_label="Choose a group", is_required=True)
        if deed == RETURN:
            self.fields["group"] = group_field(cohort, empty_label="In no group yet")
        help_text = "The first day on which they are no longer students." if deed == END else ""
        self.fields["on"] = StayDay(cohort=cohort, today=today, label="From", help_text=help_text)
        self.fields["reason"] = forms.CharField(
            label="Why", max_length=100, required=False, help_text="Only course admins can see this."
        )
