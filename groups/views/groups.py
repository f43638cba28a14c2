from datetime import datetime
from itertools import islice

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from groups.access import (
    cohort_to_administer,
    group_to_administer,
    group_to_lead,
    refuse_if_closed,
)
from groups.actions.group import delete_group, open_group, references_to_group
from groups.forms.groups import (
    GroupForm,
    GroupMeetingForm,
)
from groups.models import Group
from groups.sharing import free_names
from groups.views.editing import versioned_form
from lib.editing import VersionedForm, status_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.models import User
from people.outbox import tell
from people.saved_once import saved_once

# How many names are offered for a new group.
_OFFERED = 12


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def group_new(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    names = list(islice(free_names(cohort.groups.values_list("name", flat=True)), _OFFERED))
    form = GroupForm(request.POST or None, instance=Group(cohort=cohort), initial={"name": names[0]})
    form.fields["name"].widget.attrs["list"] = "names"
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with acting(request, form, field="name"):
            group = open_group(
                cohort=cohort, name=data["name"], meeting=data["meeting"], call=data["call"], by=user, at=now
            )
            messages.success(request, f"{group} created. Next, add students and a mentor.")
            return redirect("tracker:group-set-up", group.pk)
    return render(
        request,
        "groups/group_new.html",
        {"cohort": cohort, "form": form, "names": names},
        status=status_of(form),
    )


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def group_edit(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    group = group_to_administer(user, group_id, now).group
    refuse_if_closed(user, group.cohort, now)
    form, saved = _save_meeting(request, GroupForm, group, by=user, at=now)
    if saved:
        messages.success(request, f"{saved} saved.")
        return redirect("tracker:group-set-up", saved.pk)
    return render(request, "groups/group_edit.html", {"group": group, "form": form}, status=status_of(form))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def group_meeting(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = group_to_lead(user, group_id, now)
    refuse_if_closed(user, access.group.cohort, now)
    form, saved = _save_meeting(request, GroupMeetingForm, access.group, by=user, at=now)
    if saved:
        messages.success(request, f"{saved}’s meeting is saved.")
        return redirect(saved)
    context = {
        "group": access.group,
        "is_course_admin": access.is_course_admin,
        "is_mentor": access.mentors is not None,
        "form": form,
    }
    return render(request, "groups/group_meeting.html", context, status=status_of(form))


def _save_meeting(
    request: HtmxRequest, form_class: type[GroupMeetingForm], group: Group, *, by: User, at: datetime
) -> tuple[VersionedForm[Group], Group | None]:
    """Save the form, and tell the group when it meets if that is new."""
    with transaction.atomic():
        form, saved = versioned_form(request, form_class, group, by=by, at=at)
        before, now = group.regular_meeting, saved.regular_meeting if saved else None
        if saved and now and (before is None or (before.weekdays, before.at) != (now.weekdays, now.at)):
            tell("meeting_set", by=by, at=at, group=saved.pk)
    return form, saved


@audience(Audience.COURSE_ADMIN)
@form_page
def group_delete(request: HtmxRequest, group_id: int) -> HttpResponse:
    group = group_to_administer(signed_in(request), group_id, timezone.now()).group
    references = references_to_group(group)
    if request.method == "POST":
        references = delete_group(group=group)
        if not references:
            messages.success(request, f"Deleted {group}.")
            return redirect("tracker:cohort-groups", group.cohort_id)
    return render(request, "groups/group_delete.html", {"group": group, "references": references})
