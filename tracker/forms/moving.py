from datetime import date
from typing import Any

from django import forms

from courses.models import Cohort
from groups.actions.bulk import INVITE
from groups.actions.moving import END, MOVE, RETURN, SWAP
from groups.forms.people import group_field
from groups.forms.stay_day import StayDay
from groups.models import Enrolment, Group, Membership
from lib.name_field import NameField
from tracker.joining import joining_day


class MoveForm(forms.Form):
    """The fields of a move, for `enrolment` in its `current` group or for many students of a cohort.

    An invitation needs nothing.
    """

    def __init__(
        self,
        *args: Any,
        deed: str,
        cohort: Cohort,
        today: date,
        enrolment: Enrolment | None = None,
        current: Group | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("prefix", deed if enrolment else "with")
        super().__init__(*args, **kwargs)
        if deed == INVITE:
            return
        proposed = today
        if deed == END:
            self.fields["end_reason"] = forms.ChoiceField(
                label="What happened", choices=Enrolment.EndReason, widget=forms.RadioSelect
            )
        elif deed == MOVE:
            self.fields["group"] = group_field(
                cohort, empty_label="Choose a group", is_required=True, leave_out=current
            )
            if enrolment and not current:
                proposed = max(joining_day(cohort, today), enrolment.started_on)
        elif deed == RETURN:
            self.fields["group"] = group_field(cohort, empty_label="In no group yet")
            if enrolment and enrolment.ended_on:
                proposed = max(today, enrolment.ended_on)
        elif deed == SWAP:
            stays = Membership.objects.without_end().filter(group__cohort=cohort).exclude(group=current)
            self.fields["other"] = NameField(
                rows=stays.select_related("enrolment__person", "group").order_by("enrolment__person__name"),
                noun="student",
                label_of=lambda stay: f"{stay.enrolment.person}, {stay.group}",
                label="Student of another group",
                help_text="The name, or a part of it.",
            )
        help_text = "The first day on which they are no longer students." if deed == END else ""
        self.fields["on"] = StayDay(
            cohort=cohort, today=today, proposed=proposed, label="From", help_text=help_text
        )
        self.fields["reason"] = forms.CharField(
            label="Why", max_length=100, required=False, help_text="Only course admins can see this."
        )
