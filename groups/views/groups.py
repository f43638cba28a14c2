from datetime import datetime
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from groups.access import (
    GroupAccess,
    cohort_to_administer,
    group_to_administer,
    group_to_lead,
    refuse_if_closed,
    without_group,
)
from groups.actions.enrolment import join_many, raise_first
from groups.actions.group import delete_group, open_group, references_to_group
from groups.dashboards.groups import group_set_up_page, mentor_candidates, mentorship_lines
from groups.forms.groups import (
    AddStudentsForm,
    GroupForm,
    GroupMeetingForm,
    MentorInviteForm,
    MentorSearchForm,
    StudentSearchForm,
)
from groups.joining import joining_day
from groups.models import Group, Membership, Mentorship
from groups.sharing import free_names
from groups.views.editing import versioned_form
from lib.editing import status_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
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
            return redirect("groups:group-set-up", group.pk)
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
    form, saved = versioned_form(request, GroupForm, group, by=user, at=now)
    if saved:
        messages.success(request, f"{saved} saved.")
        return redirect("groups:group-set-up", saved.pk)
    return render(request, "groups/group_edit.html", {"group": group, "form": form}, status=status_of(form))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def group_meeting(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = group_to_lead(user, group_id, now)
    refuse_if_closed(user, access.group.cohort, now)
    form, saved = versioned_form(request, GroupMeetingForm, access.group, by=user, at=now)
    if saved:
        messages.success(request, f"{saved}’s meeting is saved.")
        return redirect(saved)
    context = {"group": access.group, "is_course_admin": access.is_course_admin, "form": form}
    return render(request, "groups/group_meeting.html", context, status=status_of(form))


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


@audience(Audience.COURSE_ADMIN)
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def group_set_up(request: HtmxRequest, group_id: int) -> HttpResponse:
    """An htmx request gets only the search results."""
    now = timezone.now()
    access = group_to_administer(signed_in(request), group_id, now)
    context = set_up_context(request, access, now)
    part = {"mentor-candidates": "#mentor_candidates", "waiting": "#waiting"}.get(
        request.htmx.target or "", ""
    )
    return render(request, f"groups/group_set_up.html{part}", context)


def set_up_context(
    request: HtmxRequest,
    access: GroupAccess,
    now: datetime,
    *,
    add_form: AddStudentsForm | None = None,
    invite_form: MentorInviteForm | None = None,
) -> dict[str, Any]:
    group, today = access.group, access.today
    student_form = StudentSearchForm(request.GET)
    student = student_form.cleaned_data["student"] if student_form.is_valid() else ""
    page = group_set_up_page(group, text=student, now=now)
    joins_on = joining_day(group.cohort, today, group)
    mentors_on = min(joins_on, today)
    search_form = MentorSearchForm({"on": mentors_on, **request.GET.dict()}, group=group, today=today)
    chosen = search_form.cleaned_data if search_form.is_valid() else {}
    return {
        "history": mentorship_lines(group, signed_in(request)),
        "cohort": group.cohort,
        "group": group,
        "page": page,
        "on": group.cohort.working_day(now),
        "today": today,
        "student_form": student_form,
        "student_search": student,
        "add_form": add_form
        or AddStudentsForm(group=group, waiting=page["without_group"], today=today, proposed=joins_on),
        "search_form": search_form,
        "mentor_search": chosen.get("mentor", ""),
        "assign_on": chosen.get("on") or mentors_on,
        "assign_until": chosen.get("until"),
        "assign_reason": chosen.get("reason", ""),
        "has_mentor": any(mentorship.role == Mentorship.Role.MENTOR for mentorship, _ in page["mentors"]),
        "candidates": mentor_candidates(group, chosen.get("mentor", ""), now),
        "invite_form": invite_form or MentorInviteForm(group=group, today=today, proposed=mentors_on),
    }


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def students_add(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Add all chosen students, or none of them on an error."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_administer(user, group_id, now)
    group = access.group
    waiting = {row.pk: row for row in without_group(group.cohort, now)}
    form = AddStudentsForm(request.POST, group=group, waiting=list(waiting.values()), today=access.today)
    if form.is_valid():
        chosen = [waiting[pk] for pk in form.cleaned_data["enrolments"]]
        on = form.cleaned_data["on"]
        stays = [Membership(enrolment=row, group=group, started_on=max(on, row.started_on)) for row in chosen]
        with acting(request, form), transaction.atomic():
            _, _, refusals = join_many(stays=stays, on=on, by=user, at=now)
            raise_first(refusals)
            names = ", ".join(row.person.name for row in chosen)
            messages.success(request, f"{names} {'is' if len(chosen) == 1 else 'are'} now in {group}.")
            return redirect("groups:group-set-up", group.pk)
    context = set_up_context(request, access, now, add_form=form)
    return render(request, "groups/group_set_up.html", context, status=status_of(form))


def mentors_url(group: Group) -> str:
    return f"{reverse('groups:group-set-up', args=[group.pk])}#mentors"
