from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from courses.models import Cohort
from groups.forms.stay_day import StayDay
from groups.joining import joining_day
from groups.models import Enrolment, Proposal, ProposedGroup, Wish
from lib.name_field import NameField, is_too_long_for_select
from lib.names import OneLineInput
from people.models import User


class StudentField(forms.ModelChoiceField[Enrolment]):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name}"


def student_field(rows: QuerySet[Enrolment], **options: Any) -> NameField[Enrolment] | StudentField:
    """A select of students; a field for the name or address of one if they are too many for a select."""
    rows = rows.select_related("person").order_by("person__name", "pk")
    if is_too_long_for_select(rows):
        named: NameField[Enrolment] = NameField(
            rows=rows,
            noun="student",
            label_of=lambda row: f"{row.person.name}, {row.person.email}",
            **options,
        )
        return named
    return StudentField(queryset=rows, empty_label="Choose a student", **options)


class ProposedMoveForm(forms.Form):
    """Move anybody to any proposed group, or out of all of them."""

    def __init__(self, *args: Any, proposal: Proposal, waiting: QuerySet[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_placed = Q(proposed_stay__group__proposal=proposal)
        self.fields["student"] = student_field(
            Enrolment.objects.filter(is_placed | Q(pk__in=waiting.values("pk")))
        )
        self.fields["group"] = _proposed_group_field(proposal)


def _proposed_group_field(proposal: Proposal) -> forms.Field:
    groups = proposal.groups.order_by("sort_key", "pk")
    if is_too_long_for_select(groups):
        named: NameField[ProposedGroup] = NameField(
            rows=groups, noun="group", label="To the group", required=False
        )
        return named
    return forms.ModelChoiceField(groups, label="To the group", required=False, empty_label="None of them")


class PublishForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = StayDay(
            cohort=cohort,
            today=today,
            proposed=joining_day(cohort, today),
            label="From",
            help_text="Or from the day on which they enrolled, if that is later.",
        )


class ProposedGroupForm(forms.Form):
    name = OneLineInput(max_length=100)

    def __init__(self, *args: Any, group: ProposedGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = group.name
        # Who mentors it stays one to choose, also once they are off the list.
        listed = Q(willing_to_mentor__cohort=group.proposal.cohort_id) | Q(pk=group.mentor_id)
        mentors = User.objects.filter(listed, is_active=True).order_by("name", "pk").distinct()
        help_text = "From the list of mentors of this cohort."
        if is_too_long_for_select(mentors):
            self.fields["mentor"] = NameField(
                rows=mentors, noun="mentor", label_of=lambda row: f"{row.name}, {row.email}", required=False,
                initial=group.mentor.name if group.mentor else "", help_text=help_text,
            )  # fmt: skip
        else:
            self.fields["mentor"] = forms.ModelChoiceField(
                mentors,
                required=False,
                empty_label="No mentor yet",
                initial=group.mentor,
                help_text=help_text,
            )


class WishForm(forms.Form):
    kind = forms.ChoiceField(
        label="They should be", choices=Wish.Kind, widget=forms.RadioSelect, initial=Wish.Kind.TOGETHER
    )

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        students = cohort.enrolments.not_ended(today)
        self.fields["one"] = student_field(students, label="Student")
        self.fields["other"] = student_field(students, label="And")
        self.order_fields(["one", "other", "kind"])


class WillingForm(forms.Form):
    email = forms.EmailField(label="E-mail", max_length=254)
    name = OneLineInput(max_length=150, required=False, help_text="Required for people new to Trefoil.")
    most_groups = forms.IntegerField(
        label="Groups at most",
        min_value=0,
        max_value=50,
        initial=1,
        help_text="Those that they mentor in this cohort already count. 0: none at the moment.",
    )
