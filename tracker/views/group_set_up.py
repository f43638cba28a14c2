from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from groups.access import GroupAccess, group_to_administer, without_group
from groups.actions.enrolment import join_many, raise_first
from groups.dashboards.groups import group_set_up_page, mentor_candidates, mentorship_lines
from groups.forms.groups import AddStudentsForm, MentorInviteForm, MentorSearchForm, StudentSearchForm
from groups.models import Membership, Mentorship
from lib.editing import status_of
from lib.refusals import acting
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.joining import joining_day


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
    return render(request, f"tracker/group_set_up.html{part}", context)


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
            return redirect("tracker:group-set-up", group.pk)
    context = set_up_context(request, access, now, add_form=form)
    return render(request, "tracker/group_set_up.html", context, status=status_of(form))
