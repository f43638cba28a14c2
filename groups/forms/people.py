from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.http import QueryDict

from courses.models import Cohort
from groups.forms.stay_day import StayDay
from groups.models import Enrolment, Group, Membership
from groups.models.membership import has_group
from lib.name_field import row_field
from lib.names import OneLineInput
from people.models import User

FROM_WHEN = "What was due before that day is not expected of them."


def group_field(
    cohort: Cohort, *, empty_label: str, is_required: bool = False, leave_out: Group | None = None
) -> forms.Field:
    """The groups of a cohort, with how many students each has."""
    groups = cohort.groups.in_order().with_size()
    return row_field(
        groups.exclude(pk=leave_out.pk) if leave_out else groups,
        noun="group",
        empty_label=empty_label,
        shown=lambda group: f"{group.name} ({group.size} of {cohort.course.group_size})",
        required=is_required,
    )


class PeopleFilterForm(forms.Form):
    q = forms.CharField(
        label="Name or e-mail",
        required=False,
        max_length=100,
        widget=forms.SearchInput({"placeholder": "Name or e-mail"}),
    )
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
        self._cohort = cohort
        self.fields["group"] = group_field(cohort, empty_label="Any")
        self.order_fields(self.field_order)

    def people(self, now: datetime) -> QuerySet[Enrolment]:
        """Return who matches, sorted as asked, each with the `stays` that have not ended. What is invalid is ignored.

        In a closed cohort, the enrolled are those of its last day.
        """
        self.is_valid()
        show, sort, group, text = (self.cleaned_data.get(name) for name in ("show", "sort", "group", "q"))
        on, enrolments = self._cohort.working_day(now), self._cohort.enrolments
        rows: QuerySet[Any] = enrolments.not_ended(on)
        stays = Membership.objects.not_ended(on).select_related("group").order_by("started_on", "pk")
        if show == "ended":
            rows = enrolments.ended(on)
        elif show == "without":
            rows = rows.filter(~has_group(on))
        elif show == "not-invited":
            rows = rows.filter(person__in=User.objects.not_invited(now))
        elif show == "invited":
            rows = rows.filter(person__in=User.objects.invited(now))
        elif show == "not-signed-in":
            rows = rows.filter(person__in=User.objects.never_signed_in())
        if group:
            rows = rows.filter(pk__in=group.memberships.not_ended(on).values("enrolment"))
        if text:
            rows = rows.filter(person__in=User.objects.named_like(text))
        # Who waits for a group comes first.
        order: list[Any] = [has_group(on).asc(), "person__name", "pk"]
        if sort == "newest":
            order = ["-started_on", *order[1:]]
        elif sort == "group":
            # Those without a group first.
            first = stays.filter(enrolment=OuterRef("pk")).values("group__sort_key")[:1]
            rows = rows.annotate(group_key=Subquery(first))
            order = [F("group_key").asc(nulls_first=True), *order[1:]]
        shown = rows.select_related("person").prefetch_related(
            Prefetch("memberships", stays, to_attr="stays")
        )
        return shown.order_by(*order)


class PersonForm(forms.Form):
    """Somebody by address, who may be new to Trefoil."""

    name = OneLineInput(max_length=150, required=False, help_text="Required for people new to Trefoil.")
    email = forms.EmailField(label="E-mail", max_length=254)


class EnrolForm(PersonForm):
    def __init__(self, *args: Any, cohort: Cohort, today: date, proposed: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"] = group_field(cohort, empty_label="In no group yet")
        self.fields["started_on"] = StayDay(
            cohort=cohort,
            today=today,
            proposed=proposed,
            label="Since",
            help_text=FROM_WHEN,
        )


class CorrectPersonForm(forms.Form):
    """Only for a person who has not signed in yet."""

    name = OneLineInput(max_length=150)
    email = forms.EmailField(label="E-mail", max_length=254)


class DeedForm(forms.Form):
    """What to do with those who are ticked in the list."""

    deed = forms.ChoiceField(label="With those chosen", required=False)

    def __init__(self, sent: QueryDict, *, deeds: Mapping[str, str]) -> None:
        super().__init__(initial={"deed": sent.get("deed")})
        self.fields["deed"].choices = [("", "Choose …"), *deeds.items()]  # type: ignore[attr-defined]
