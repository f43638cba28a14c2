from typing import Any

from django import forms
from django.db.models import Count, Q

from courses.models import Milestone
from groups.access import GroupAccess
from groups.models import Enrolment


class ReviewerField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Chooses another member of the group; options show names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.person)


class ReviewRequestForm(forms.Form):
    """The reviewer who was asked least often in the group is offered first."""

    milestone = forms.ModelChoiceField(queryset=Milestone.objects.none(), empty_label=None)
    reviewer = ReviewerField(queryset=Enrolment.objects.none(), widget=forms.RadioSelect, empty_label=None)
    url = forms.URLField(
        label="URL of the code",
        max_length=1000,
        assume_scheme="https",
        help_text="A repository, a pull request or a notebook that the reviewer can open.",
    )
    note = forms.CharField(
        label="What the reviewer should know (optional)",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
    )

    def __init__(self, *args: Any, access: GroupAccess, author_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = access.group
        milestones = Milestone.objects.filter(course=group.cohort.course_id).in_order()
        others = (
            Enrolment.objects.filter(memberships__in=group.members_on(access.today))
            .exclude(pk=author_id)
            .select_related("person")
            .annotate(asked=Count("reviews_given", filter=Q(reviews_given__group=group)))
            .order_by("asked", "person__name", "pk")
        )
        self.fields["milestone"].queryset = milestones  # type: ignore[attr-defined]
        self.fields["reviewer"].queryset = others  # type: ignore[attr-defined]


class HandInForm(forms.Form):
    """The code and the note of a request. `state` is that of the review as the page shows it."""

    url = forms.URLField(label="URL of the code", max_length=1000, assume_scheme="https")
    note = forms.CharField(
        label="What the reviewer should know (optional)",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
    )
    state = forms.CharField(widget=forms.HiddenInput)


class JudgeForm(forms.Form):
    """A review's verdict. Two buttons send it: approve, or ask for changes."""

    note = forms.CharField(
        label="Your review",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=5000,
    )
