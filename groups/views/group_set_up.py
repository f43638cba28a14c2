from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from groups.access import GroupAccess, group_to_administer
from groups.actions.enrolment import EnrolmentError, join_group
from groups.dashboards.group_history import mentorship_lines
from groups.dashboards.groups import group_page, people_found, without_group
from groups.forms.groups import AddStudentsForm, MentorInviteForm, MentorSearchForm, StudentSearchForm
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in


@audience(Audience.COURSE_ADMIN)
@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def group_set_up(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Show who studies in a group, who mentors it, and the way to add to both; htmx asks for what a search finds."""
    now = timezone.now()
    access = group_to_administer(signed_in(request), group_id, now)
    context = set_up_context(request, access, now)
    part = {"mentors-found": "#mentors_found", "waiting": "#waiting"}.get(request.htmx.target or "", "")
    return render(request, f"groups/group_set_up.html{part}", context)


def set_up_context(
    request: HtmxRequest,
    access: GroupAccess,
    now: datetime,
    *,
    add_form: AddStudentsForm | None = None,
    invite_form: MentorInviteForm | None = None,
) -> dict[str, Any]:
    """The page of a group's set-up, with the form that was sent and refused in its place."""
    group, today = access.group, access.today
    student_form = StudentSearchForm(request.GET)
    student = student_form.cleaned_data["student"] if student_form.is_valid() else ""
    page = group_page(group, text=student, now=now)
    search_form = MentorSearchForm({"on": today, **request.GET.dict()}, group=group, today=today)
    chosen = search_form.cleaned_data if search_form.is_valid() else {}
    return {
        "history": mentorship_lines(group),
        "cohort": group.cohort,
        "group": group,
        "page": page,
        "student_search": student,
        "add_form": add_form or AddStudentsForm(group=group, waiting=page.without_group, today=today),
        "search_form": search_form,
        "mentor_search": chosen.get("mentor", ""),
        "assign_on": chosen.get("on") or today,
        "found": people_found(group, chosen.get("mentor", ""), now),
        "invite_form": invite_form or MentorInviteForm(group=group, today=today),
    }


@audience(Audience.COURSE_ADMIN)
@require_POST
def students_add(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Put students without a group into this one: all that were chosen or, on an error, none."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_administer(user, group_id, now)
    group = access.group
    waiting = {row.pk: row for row in without_group(group.cohort, now)}
    form = AddStudentsForm(request.POST, group=group, waiting=list(waiting.values()), today=access.today)
    if form.is_valid():
        chosen = [waiting[pk] for pk in form.cleaned_data["enrolments"]]
        try:
            with transaction.atomic():
                for enrolment in chosen:
                    join_group(enrolment=enrolment, group=group, on=form.cleaned_data["on"], by=user, at=now)
        except EnrolmentError as error:
            form.add_error(None, str(error))
        else:
            names = ", ".join(row.person.name for row in chosen)
            messages.success(request, f"{names} {'is' if len(chosen) == 1 else 'are'} in {group} now.")
            return redirect("groups:group-set-up", group.pk)
    context = set_up_context(request, access, now, add_form=form)
    return render(request, "groups/group_set_up.html", context, status=status_of(form))
