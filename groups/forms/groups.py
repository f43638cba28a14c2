from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.db.models import Count, Exists, OuterRef, QuerySet

from courses.models import Cohort
from groups.actions.mentorship import HAND_OVER, HAND_OVER_AND_STAY
from groups.forms.people import PersonForm
from groups.forms.stay_day import StayDay
from groups.group_search import found_by
from groups.meetings import without_call
from groups.models import Enrolment, Group, Membership, Mentorship
from groups.models.holding import not_ended
from lib.editing import VersionedForm


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

    def groups(self, cohort: Cohort, on: date) -> QuerySet[Group]:
        """Return the groups that match, sorted as asked. What is invalid is ignored."""
        self.is_valid()
        show, sort, text = (self.cleaned_data.get(name) for name in ("show", "sort", "q"))
        groups = cohort.groups.in_order()
        students, mentors = Membership.objects.not_ended(on), Mentorship.objects.not_ended(on)
        if show == "no-mentor":
            groups = groups.filter(~Exists(mentors.filter(group=OuterRef("pk"))))
        elif show == "no-plan":
            groups = groups.filter(plan_items=None)
        elif show == "room":
            sizes = students.filter(group__cohort=cohort).values("group").annotate(size=Count("pk"))
            groups = groups.exclude(pk__in=sizes.filter(size__gte=cohort.course.group_size).values("group"))
        if text:
            groups = found_by(text, groups, on)
        if sort == "fewest":
            size = Count("memberships", filter=not_ended(on, "memberships"))
            return groups.annotate(student_count=size).order_by("student_count", "sort_key", "pk")
        return groups


class GroupMeetingForm(VersionedForm[Group]):
    class Meta:
        model = Group
        fields: ClassVar = ["meeting", "call", "hello"]
        widgets: ClassVar[dict[str, forms.Widget]] = {"hello": forms.Textarea({"rows": 2})}
        help_texts: ClassVar = {
            "meeting": "For example: Tuesdays 17:00, room 2.04. The weekday and time, in the cohort’s time "
            "zone, give the next meeting.",
            "call": "Students, mentors and stand-ins find it as “Join”, and in their calendars.",
            "hello": "Students read it until the first check-in.",
        }
        error_messages: ClassVar = {"call": {"invalid": "Enter an address that begins with https://."}}

    def clean(self) -> dict[str, Any]:
        # People wrote the address here before it had a field.
        if self.cleaned_data.get("call") == "":
            meeting = self.cleaned_data.get("meeting", "")
            self.cleaned_data["meeting"], self.cleaned_data["call"] = without_call(meeting)
        return super().clean()


class GroupForm(GroupMeetingForm):
    class Meta(GroupMeetingForm.Meta):
        fields: ClassVar = ["name", "meeting", "call"]
        widgets: ClassVar[dict[str, forms.Widget]] = {"name": forms.TextInput(attrs={"autocomplete": "off"})}

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
        self.fields["until"] = StayDay(
            cohort=group.cohort, today=today, label="Until, for a stand-in", required=False
        )
        self.fields["until"].initial = None
        self.fields["reason"] = forms.CharField(label="Why", required=False, max_length=100)


class AssignForm(forms.Form):
    person = forms.IntegerField()
    # The search text. People of other courses are found only by their full address.
    found = forms.CharField(required=False, max_length=254)
    role = forms.ChoiceField(
        choices=[
            *Mentorship.Role.choices,
            (HAND_OVER, "the mentor, instead of the current one"),
            (HAND_OVER_AND_STAY, "the mentor; the current one becomes co-mentor"),
        ]
    )
    reason = forms.CharField(required=False, max_length=100)

    def __init__(self, *args: Any, group: Group, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = StayDay(cohort=group.cohort, today=today, label="From")
        self.fields["until"] = StayDay(cohort=group.cohort, today=today, label="Until", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # The day stays in the search when another role is chosen.
        if cleaned.get("role") != Mentorship.Role.STAND_IN:
            cleaned["until"] = None
        return cleaned


class MentorInviteForm(PersonForm):
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
