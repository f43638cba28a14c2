"""The page of a group's students and mentors, and what is done there."""

from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from groups.access import GroupAccess, group_to_administer, to_administer, without_group
from groups.actions.enrolment import join_many, raise_first
from groups.actions.inviting import mailed, person_of
from groups.actions.mentorship import (
    HAND_OVER,
    HAND_OVER_AND_STAY,
    STAND_IN,
    assign_mentor,
    end_mentorship,
    move_mentors,
)
from groups.dashboards.groups import (
    group_set_up_page,
    mentor_candidate,
    mentor_candidates,
    mentorship_lines,
)
from groups.forms.groups import (
    AddStudentsForm,
    AssignForm,
    MentorInviteForm,
    MentorSearchForm,
    MentorshipEndForm,
    StudentSearchForm,
)
from groups.models import Membership, Mentorship
from lib.days import full_day
from lib.editing import status_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.text import joined
from people.access import Audience, audience, signed_in
from people.previews import previewed, rolled_back
from people.saved_once import saved_once
from tracker.dashboards.moving import apart
from tracker.joining import joining_day
from tracker.views.moves import move_page


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
    search_form = MentorSearchForm({"on": today, **request.GET.dict()}, group=group, today=today)
    chosen = search_form.cleaned_data if search_form.is_valid() else {}
    return {
        "history": mentorship_lines(group, signed_in(request)),
        "cohort": group.cohort,
        "is_over": group.cohort.is_closed(today),
        "group": group,
        "page": page,
        "on": group.cohort.working_day(now),
        "today": today,
        "student_form": student_form,
        "student_search": student,
        "add_form": add_form
        or AddStudentsForm(group=group, waiting=page.without_group, today=today, proposed=joins_on),
        "search_form": search_form,
        "mentor_search": chosen.get("mentor", ""),
        "assign_on": chosen.get("on") or today,
        "assign_until": chosen.get("until"),
        "assign_reason": chosen.get("reason", ""),
        "has_mentor": any(mentorship.role == Mentorship.Role.MENTOR for mentorship, _ in page.mentors),
        "candidates": mentor_candidates(group, chosen.get("mentor", ""), now),
        "invite_form": invite_form or MentorInviteForm(group=group, today=today, proposed=today),
    }


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def students_add(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Add all chosen students, or none of them on an error; first of all show whom a wish keeps apart."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_administer(user, group_id, now)
    group = access.group
    waiting = {row.pk: row for row in without_group(group.cohort, now)}
    form = AddStudentsForm(request.POST, group=group, waiting=list(waiting.values()), today=access.today)
    context: dict[str, Any] = {}
    if form.is_valid():
        chosen = [waiting[pk] for pk in form.cleaned_data["enrolments"]]
        on = form.cleaned_data["on"]
        stays = [Membership(enrolment=row, group=group, started_on=max(on, row.started_on)) for row in chosen]
        with acting(request, form):
            with rolled_back():
                _, _, refusals = join_many(stays=stays, on=on, by=user, at=now)
                raise_first(refusals)
                shown = apart(*chosen)
            preview = previewed(request, shown)
            if not shown or preview.is_confirmed:
                with transaction.atomic():
                    _, _, refusals = join_many(stays=stays, on=on, by=user, at=now)
                    raise_first(refusals)
                are = "is" if len(chosen) == 1 else "are"
                messages.success(request, f"{joined(row.person for row in chosen)} {are} now in {group}.")
                return redirect("tracker:group-set-up", group.pk)
            context["preview"] = preview
    context |= set_up_context(request, access, now, add_form=form)
    return render(request, "tracker/group_set_up.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def mentor_assign(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Make somebody a mentor. Standing in and taking over are shown first, and done when sent as they were shown."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_administer(user, group_id, now)
    form = AssignForm(request.POST, group=access.group, today=access.today)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(access.group.mentors_url)
    data = form.cleaned_data
    person = mentor_candidate(access.group.cohort.course, data["person"], data["found"])
    if person is None:
        raise Http404
    how: dict[str, Any] = {"group": access.group, "person": person, "by": user, "at": now}
    how |= {"on": data["on"], "reason": data["reason"]}
    with acting(request):
        if data["role"] not in (STAND_IN, HAND_OVER, HAND_OVER_AND_STAY):
            mentorship = assign_mentor(**how, role=data["role"])
            messages.success(request, _assigned_message(mentorship))
            return redirect(access.group.mentors_url)
        return move_page(
            request,
            partial(move_mentors, **how, deed=data["role"], until=data["until"]),
            cohort=access.group.cohort,
            today=access.today,
            form=form,
            back=access.group.mentors_url,
            submit_label="Assign the stand-in" if data["role"] == STAND_IN else "Hand over",
        )
    return redirect(access.group.mentors_url)


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def mentor_invite(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = group_to_administer(user, group_id, now)
    form = MentorInviteForm(request.POST, group=access.group, today=access.today)
    if form.is_valid():
        data = form.cleaned_data
        with acting(request, form), transaction.atomic():
            person, invitation = person_of(email=data["email"], name=data["name"], by=user, at=now)
            mentorship = assign_mentor(
                group=access.group, person=person, role=data["role"], on=data["on"], by=user, at=now
            )
            sent = mailed(invitation, at=now) if invitation else ""
            messages.success(request, f"{_assigned_message(mentorship)} {sent}".strip())
            return redirect(access.group.mentors_url)
    context = set_up_context(request, access, now, invite_form=form)
    return render(request, "tracker/group_set_up.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def mentorship_end(request: HtmxRequest, mentorship_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    mentorship = to_administer(user, Mentorship, mentorship_id, now)
    today = mentorship.group.cohort.today(now)
    form = MentorshipEndForm(request.POST or None, mentorship=mentorship, today=today)
    if request.method == "POST" and form.is_valid():
        with acting(request, form, field="on"):
            ended = end_mentorship(mentorship=mentorship, on=form.cleaned_data["on"], by=user, at=now)
            last = ended.ended_on or today
            when = "now" if last <= today else f"on {full_day(last)}"
            messages.success(request, f"{mentorship.person}’s mentorship of {mentorship.group} ends {when}.")
            return redirect(mentorship.group.mentors_url)
    kept = f"{mentorship.person} can still read what happened while they were the mentor, but cannot change anything."
    context = {"mentorship": mentorship, "form": form, "consequences": [kept]}
    return render(request, "tracker/mentorship_end.html", context, status=status_of(form))


def _assigned_message(mentorship: Mentorship) -> str:
    """Return what was done, and what to do if the group now has a second mentor."""
    group, person = mentorship.group, mentorship.person
    message = (
        f"{person} is {group}’s {mentorship.get_role_display()} from {full_day(mentorship.started_on)} on."
    )
    if mentorship.role != Mentorship.Role.MENTOR:
        return message
    others = group.mentorships.without_end().filter(role=mentorship.role).exclude(pk=mentorship.pk)
    names = list(others.values_list("person__name", flat=True))
    if not names:
        return message
    are = "is also its mentor" if len(names) == 1 else "are also its mentors"
    return f"{message} {joined(names)} {are}. End that mentorship, or make one of them co-mentor."
