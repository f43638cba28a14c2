from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Q

from courses.models import Cohort
from groups.models import Enrolment, Group
from lib.day_input import DayInput
from lib.days import full_day

# A stay starts and ends at most a year before the cohort's start, or after today.
_YEAR = timedelta(days=366)


class StayDay(forms.DateField):
    """The first or last day of a stay. Distant days are refused as typing errors."""

    def __init__(self, *, cohort: Cohort, today: date, **kwargs: Any) -> None:
        self.first, self.last = cohort.starts_on - _YEAR, today + _YEAR
        super().__init__(widget=DayInput(), initial=today, **kwargs)

    def clean(self, value: Any) -> date | None:
        day: date | None = super().clean(value)
        if day is not None and not self.first <= day <= self.last:
            raise forms.ValidationError(
                f"Choose a day between {full_day(self.first)} and {full_day(self.last)}."
            )
        return day


class GroupField(forms.ModelChoiceField[Group]):
    def __init__(self, *, cohort: Cohort, leave_out: int | None = None, **kwargs: Any) -> None:
        in_it = Count("memberships", filter=Q(memberships__ended_on=None))
        groups = cohort.groups.in_order().annotate(size=in_it)
        if leave_out is not None:
            groups = groups.exclude(pk=leave_out)
        self.group_size = cohort.course.group_size
        super().__init__(queryset=groups, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.size} of {self.group_size})"


class PeopleFilterForm(forms.Form):
    q = forms.CharField(label="Name or e-mail", required=False, max_length=100, widget=forms.SearchInput())
    show = forms.ChoiceField(label="Show", required=False)

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = [(str(group.pk), group.name) for group in cohort.groups.in_order()]
        self.fields["show"].choices = [  # type: ignore[attr-defined]
            ("", "All enrolled"),
            ("without", "In no group"),
            ("ended", "Ended"),
            *([("In a group", groups)] if groups else []),
        ]


class EnrolForm(forms.Form):
    name = forms.CharField(max_length=150, required=False, help_text="Required for people new to Trefoil.")
    email = forms.EmailField(label="E-mail", max_length=254)

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = GroupField(cohort=cohort, required=False, empty_label="In no group yet")
        self.fields["started_on"] = StayDay(cohort=cohort, today=today, label="Since")


class EnrolSeveralForm(forms.Form):
    text = forms.CharField(
        label="People",
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "autocomplete": "off"}),
        help_text="One person per line: “Ana Ruivo <ana@example.com>”, or name and e-mail address separated by a "
        "comma, semicolon or tab, as copied from a spreadsheet. A third column may hold the name of a group.",
    )

    def __init__(self, *args: Any, cohort: Cohort, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["started_on"] = StayDay(cohort=cohort, today=today, label="Since")


class MoveForm(forms.Form):
    def __init__(
        self, *args: Any, enrolment: Enrolment, current: Group | None, today: date, **kwargs: Any
    ) -> None:
        kwargs.setdefault("prefix", "move")
        super().__init__(*args, **kwargs)
        cohort = enrolment.cohort
        self.fields["group"] = GroupField(
            cohort=cohort, leave_out=current.pk if current else None, empty_label="Choose a group"
        )
        self.fields["on"] = StayDay(cohort=cohort, today=today, label="From")
        self.fields["reason"] = forms.CharField(
            label="Why",
            max_length=100,
            required=False,
            help_text="Only course admins can see this.",
        )


class LeaveForm(forms.Form):
    def __init__(self, *args: Any, enrolment: Enrolment, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "leave")
        super().__init__(*args, **kwargs)
        self.fields["on"] = StayDay(cohort=enrolment.cohort, today=today, label="From")
        self.fields["reason"] = forms.CharField(label="Why", max_length=100, required=False)


class EndForm(forms.Form):
    reason = forms.ChoiceField(label="Why", choices=Enrolment.EndReason, widget=forms.RadioSelect)

    def __init__(self, *args: Any, enrolment: Enrolment, today: date, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "end")
        super().__init__(*args, **kwargs)
        self.fields["on"] = StayDay(
            cohort=enrolment.cohort,
            today=today,
            label="On",
            help_text="The first day on which they are no longer a student.",
        )


class CorrectPersonForm(forms.Form):
    """Only for a person who has not signed in yet."""

    name = forms.CharField(max_length=150)
    email = forms.EmailField(label="E-mail", max_length=254)
