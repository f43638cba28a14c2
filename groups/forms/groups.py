from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms

from courses.models import Cohort
from groups.actions.group import NewGroup
from groups.forms.stay_day import StayDay
from groups.joining import joining_day
from groups.models import Enrolment, Group, Mentorship
from lib.editing import VersionedForm
from lib.names import OneLineInput


class GroupFilterForm(forms.Form):
    q = forms.CharField(
        label="Group, student or mentor", required=False, max_length=100, widget=forms.SearchInput()
    )
    show = forms.ChoiceField(
        required=False,
        choices=[
            ("", "All"),
            ("no-mentor", "Without a mentor"),
            ("room", "With room for students"),
            ("no-plan", "With nothing planned"),
        ],
    )
    sort = forms.ChoiceField(required=False, choices=[("", "By name"), ("fewest", "Fewest students first")])


class GroupForm(VersionedForm[Group]):
    class Meta:
        model = Group
        fields: ClassVar = ["name", "meeting"]
        help_texts: ClassVar = {
            "meeting": "For example: Tuesdays 17:00, by video. Pages show the next meeting from the weekday and the "
            "time, which is that of the cohort’s time zone."
        }
        widgets: ClassVar = {"name": forms.TextInput(attrs={"list": "names", "autocomplete": "off"})}

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Group.objects.filter(cohort_id=self.instance.cohort_id).exclude(pk=self.instance.pk)
        if others.filter(name__iexact=name).exists():
            raise forms.ValidationError("This cohort already has a group with this name.")
        return name


class AddStudentsForm(forms.Form):
    def __init__(
        self,
        *args: Any,
        group: Group,
        waiting: Sequence[Enrolment],
        today: date,
        proposed: date | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("prefix", "add")
        super().__init__(*args, **kwargs)
        self.fields["enrolments"] = forms.TypedMultipleChoiceField(
            label="Students",
            coerce=int,
            choices=[(row.pk, f"{row.person.name}, {row.person.email}") for row in waiting],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": "Choose at least one student."},
        )
        self.fields["on"] = StayDay(
            cohort=group.cohort,
            today=today,
            proposed=proposed,
            label="From",
            help_text="Or from the day on which they enrolled, if that is later.",
        )


class StudentSearchForm(forms.Form):
    student = forms.CharField(
        label="Name or e-mail", required=False, max_length=254, widget=forms.SearchInput()
    )


class MentorSearchForm(forms.Form):
    mentor = forms.CharField(
        label="Name or e-mail",
        required=False,
        max_length=254,
        widget=forms.SearchInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, group: Group, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = StayDay(cohort=group.cohort, today=today, label="From", required=False)


class AssignForm(forms.Form):
    person = forms.IntegerField()
    # The search text. People of other courses are found only by their full address.
    found = forms.CharField(required=False, max_length=254)
    role = forms.ChoiceField(choices=Mentorship.Role)

    def __init__(self, *args: Any, group: Group, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = StayDay(cohort=group.cohort, today=today, label="From")


class MentorInviteForm(forms.Form):
    """Make a person a mentor by address. They may be new to Trefoil."""

    name = OneLineInput(max_length=150, required=False, help_text="Required for people new to Trefoil.")
    email = forms.EmailField(label="E-mail", max_length=254)
    role = forms.ChoiceField(choices=Mentorship.Role, initial=Mentorship.Role.MENTOR)

    def __init__(
        self, *args: Any, group: Group, today: date, proposed: date | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("prefix", "invite")
        super().__init__(*args, **kwargs)
        self.fields["on"] = StayDay(cohort=group.cohort, today=today, proposed=proposed, label="From")


class MentorshipEndForm(forms.Form):
    def __init__(self, *args: Any, mentorship: Mentorship, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = StayDay(
            cohort=mentorship.group.cohort,
            today=today,
            label="On",
            help_text="The first day on which they no longer mentor the group.",
        )


class MakeGroupsForm(forms.Form):
    def __init__(
        self,
        *args: Any,
        cohort: Cohort,
        proposed: Sequence[tuple[str, Sequence[Enrolment]]],
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cohort = cohort
        self.proposed = proposed
        # The ids of the proposed students: they show whether the proposal is out of date.
        self.key = ",".join(str(row.pk) for _, enrolments in proposed for row in enrolments)
        self.fields["proposal"] = forms.CharField(widget=forms.HiddenInput, initial=self.key)
        self.fields["on"] = StayDay(
            cohort=cohort,
            today=today,
            # New groups have not met.
            proposed=joining_day(cohort, today, Group()),
            label="From",
            help_text="Or from the day on which they enrolled, if that is later.",
        )
        for n, (name, enrolments) in enumerate(proposed):
            self.fields[f"name-{n}"] = forms.CharField(
                label="Name of the group", max_length=100, initial=name
            )
            self.fields[f"students-{n}"] = forms.TypedMultipleChoiceField(
                label="Students",
                coerce=int,
                required=False,
                choices=[(row.pk, row.person.name) for row in enrolments],
                initial=[row.pk for row in enrolments],
                widget=forms.CheckboxSelectMultiple,
            )

    def is_same_proposal(self) -> bool:
        return bool(self.data.get("proposal", "") == self.key)

    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return [(self[f"name-{n}"], self[f"students-{n}"]) for n in range(len(self.proposed))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        taken = {name.casefold() for name in self.cohort.groups.values_list("name", flat=True)}
        for n in range(len(self.proposed)):
            name = cleaned.get(f"name-{n}", "").casefold()
            if name and name in taken:
                self.add_error(
                    f"name-{n}", "The cohort has a group of this name, or the name is used twice above."
                )
            taken.add(name)
        return cleaned

    def groups(self) -> list[NewGroup]:
        made = []
        for n, (_, enrolments) in enumerate(self.proposed):
            chosen = set(self.cleaned_data[f"students-{n}"])
            if chosen:
                rows = [row for row in enrolments if row.pk in chosen]
                made.append(NewGroup(name=self.cleaned_data[f"name-{n}"], enrolments=rows))
        return made
