from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet

from courses.models import Cohort
from groups.forms.stay_day import StayDay
from groups.joining import joining_day
from groups.models import Group
from lib.name_field import NameField, is_too_long_for_select
from lib.names import OneLineInput

FROM_WHEN = "What was due before that day is not expected of them."


class GroupField(forms.ModelChoiceField[Group]):
    def __init__(self, *, cohort: Cohort, groups: QuerySet[Group], **kwargs: Any) -> None:
        in_it = Count("memberships", filter=Q(memberships__ended_on=None))
        self.group_size = cohort.course.group_size
        super().__init__(queryset=groups.annotate(size=in_it), **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.size} of {self.group_size})"


def group_field(
    cohort: Cohort, *, empty_label: str, is_required: bool = False, leave_out: Group | None = None
) -> NameField[Group] | GroupField:
    """A select of the groups of a cohort; a field for the name of one if they are too many for a select."""
    groups = cohort.groups.in_order()
    if leave_out is not None:
        groups = groups.exclude(pk=leave_out.pk)
    if is_too_long_for_select(groups):
        return NameField(rows=groups, noun="group", required=is_required)
    return GroupField(cohort=cohort, groups=groups, required=is_required, empty_label=empty_label)


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label="Name or e-mail", required=False, max_length=100, widget=forms.SearchInput())
    show = forms.ChoiceField(
        required=False,
        choices=[
            ("", "All enrolled"),
            ("without", "In no group"),
            ("not-invited", "Not invited"),
            ("invited", "Invited, not signed in"),
            ("not-signed-in", "Never signed in"),
            ("ended", "Ended"),
        ],
    )
    sort = forms.ChoiceField(
        required=False, choices=[("", "By name"), ("group", "By group"), ("newest", "Newest first")]
    )
    field_order = ("q", "show", "group", "sort")

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = group_field(cohort, empty_label="Any")
        self.order_fields(self.field_order)


class EnrolForm(forms.Form):
    name = OneLineInput(max_length=150, required=False, help_text="Required for people new to Trefoil.")
    email = forms.EmailField(label="E-mail", max_length=254)

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = group_field(cohort, empty_label="In no group yet")
        self.fields["started_on"] = StayDay(
            cohort=cohort,
            today=today,
            proposed=joining_day(cohort, today),
            label="Since",
            help_text=FROM_WHEN,
        )


class CorrectPersonForm(forms.Form):
    """Only for a person who has not signed in yet."""

    name = OneLineInput(max_length=150)
    email = forms.EmailField(label="E-mail", max_length=254)
