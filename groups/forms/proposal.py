from datetime import date
from typing import Any

from django import forms
from django.db.models import Q, QuerySet

from courses.models import Cohort
from groups.actions.plan import calendar_plan
from groups.forms.people import PersonForm
from groups.forms.stay_day import StayDay
from groups.models import Enrolment, Proposal, ProposedGroup, Wish
from lib.days import full_day
from lib.name_field import row_field
from lib.names import OneLineInput
from lib.text import counted
from lib.weeks import Week
from people.models import User


def _student_field(rows: QuerySet[Enrolment], **options: Any) -> forms.Field:
    return row_field(
        rows.select_related("person").order_by("person__name", "pk"),
        noun="student",
        empty_label="Choose a student",
        shown=lambda row: row.person.name,
        typed=lambda row: f"{row.person.name}, {row.person.email}",
        **options,
    )


class ProposedMoveForm(forms.Form):
    """Move anybody to any proposed group, or out of all of them."""

    def __init__(self, *args: Any, proposal: Proposal, waiting: QuerySet[Enrolment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_placed = Q(proposed_stay__group__proposal=proposal)
        self.fields["student"] = _student_field(
            Enrolment.objects.filter(is_placed | Q(pk__in=waiting.values("pk")))
        )
        groups, label = proposal.groups.order_by("sort_key", "pk"), "To the group"
        self.fields["group"] = row_field(
            groups, noun="group", empty_label="None of them", label=label, required=False
        )


class PublishForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    is_next_week = forms.BooleanField(required=False, label="Move all due dates so that week 1 is next week")
    is_inviting = forms.BooleanField(
        required=False,
        initial=True,
        help_text="The invitation names their group.",
    )
    is_telling = forms.BooleanField(required=False, initial=True, help_text="They have signed in before.")

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = sorted(day for day in calendar_plan(cohort).values() if day)
        if days and cohort.starts_on <= today:
            next_week = self.fields["is_next_week"]
            over = sum(day < today for day in days)
            next_week.initial = bool(over)
            due = f"the first milestone is due on {full_day(days[0])}"
            if over:
                are = "is" if over == 1 else "are"
                due = f"{counted(over, 'milestone')} {are} due already, the first since {full_day(days[0])}"
            next_week.help_text = f"By the calendar, {due}."
            if not cohort.groups.exists():
                begins = Week.of(today).next().starts_on
                next_week.help_text += (
                    f" These are its first groups: {cohort} then begins on {full_day(begins)}."
                )
        else:
            del self.fields["is_next_week"]
        self.fields["on"] = StayDay(
            cohort=cohort,
            today=today,
            # Nobody was in them before.
            proposed=max(today, cohort.starts_on),
            label="The groups begin",
            help_text="Or their enrolment, if later.",
        )


class PublishUndoForm(forms.Form):
    """Names the publishing to undo, as its message did, and the start of the cohort before it."""

    published_at = forms.DateTimeField()
    starts_on = forms.DateField()


class ProposedGroupForm(forms.Form):
    name = OneLineInput(max_length=100)

    def __init__(self, *args: Any, group: ProposedGroup, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = group.name
        # Its mentor stays a choice, also once they are off the list.
        listed = Q(willing_to_mentor__cohort=group.proposal.cohort_id) | Q(pk=group.mentor_id)
        mentors = User.objects.filter(listed, is_active=True).order_by("name", "pk").distinct()
        self.fields["mentor"] = row_field(
            mentors,
            noun="mentor",
            empty_label="No mentor yet",
            typed=lambda row: f"{row.name}, {row.email}",
            required=False,
            initial=group.mentor,
            help_text="From the list of mentors of this cohort.",
        )


class WishForm(forms.Form):
    kind = forms.ChoiceField(
        label="They should be", choices=Wish.Kind, widget=forms.RadioSelect, initial=Wish.Kind.TOGETHER
    )

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        students = cohort.enrolments.not_ended(today)
        self.fields["one"] = _student_field(students, label="Student")
        self.fields["other"] = _student_field(students, label="And")
        self.order_fields(["one", "other", "kind"])


class WillingForm(PersonForm):
    most_groups = forms.IntegerField(
        label="Groups at most",
        min_value=0,
        max_value=50,
        initial=1,
        help_text="Groups they already mentor in this cohort count. 0: none at the moment.",
    )
