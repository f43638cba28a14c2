from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from groups.access import group_to_administer, mentor_away_to_administer, mentorship_to_administer
from groups.actions.mentorship import MentorshipError, assign_mentor, end_mentorship, note_away
from groups.dashboards.groups import may_be_found
from groups.forms.groups import AssignForm, AwayForm, MentorInviteForm, MentorshipEndForm
from groups.models import Group, Mentorship
from groups.views.group_set_up import set_up_context
from groups.views.inviting import mailed, person_of
from lib.days import full_day
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.actions.invitations import InvitationError


@audience(Audience.COURSE_ADMIN)
@require_POST
def mentor_assign(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Make somebody who was found mentor, co-mentor or cover of a group."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_administer(user, group_id, now)
    form = AssignForm(request.POST, group=access.group, today=access.today)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect(_mentors_of(access.group))
    data = form.cleaned_data
    person = may_be_found(access.group.cohort.course, data["person"], data["found"])
    if person is None:
        raise Http404
    try:
        mentorship = assign_mentor(
            group=access.group, person=person, role=data["role"], on=data["on"], by=user
        )
    except MentorshipError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _told(mentorship))
    return redirect(_mentors_of(access.group))


@audience(Audience.COURSE_ADMIN)
@require_POST
def mentor_invite(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Make somebody mentor of a group by address; who is new to Trefoil is invited."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_administer(user, group_id, now)
    form = MentorInviteForm(request.POST, group=access.group, today=access.today)
    if form.is_valid():
        data = form.cleaned_data
        try:
            with transaction.atomic():
                person, invitation = person_of(email=data["email"], name=data["name"], by=user, at=now)
                mentorship = assign_mentor(
                    group=access.group, person=person, role=data["role"], on=data["on"], by=user
                )
        except (InvitationError, MentorshipError) as error:
            form.add_error(None, str(error))
        else:
            sent = mailed(request, invitation, at=now) if invitation else ""
            messages.success(request, f"{_told(mentorship)} {sent}".strip())
            return redirect(_mentors_of(access.group))
    context = set_up_context(request, access, now, invite_form=form)
    return render(request, "groups/group_set_up.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def mentorship_end(request: HtmxRequest, mentorship_id: int) -> HttpResponse:
    """End a mentorship, after a second thought."""
    now = timezone.now()
    user = signed_in(request)
    mentorship = mentorship_to_administer(user, mentorship_id, now)
    today = mentorship.group.cohort.today(now)
    form = MentorshipEndForm(request.POST or None, mentorship=mentorship, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            ended = end_mentorship(mentorship=mentorship, on=form.cleaned_data["on"], by=user)
        except MentorshipError as error:
            form.add_error("on", str(error))
        else:
            last = ended.ended_on or today
            until = "any more" if last <= today else f"from {full_day(last)} on"
            messages.success(request, f"{mentorship.person} does not mentor {mentorship.group} {until}.")
            return redirect(_mentors_of(mentorship.group))
    kept = f"{mentorship.person} goes on reading what fell in their time, and changes nothing any more."
    context = {"mentorship": mentorship, "form": form, "consequences": [kept]}
    return render(request, "groups/mentorship_end.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def mentor_away_add(request: HtmxRequest, mentorship_id: int) -> HttpResponse:
    """Note days on which a mentor is away from a group."""
    mentorship = mentorship_to_administer(signed_in(request), mentorship_id, timezone.now())
    form = AwayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            note_away(mentorship=mentorship, **form.cleaned_data)
        except MentorshipError as error:
            form.add_error("starts_on", str(error))
        else:
            words = f"{mentorship.person} is away. Assign a cover, so that {mentorship.group} meets somebody."
            messages.success(request, words)
            return redirect(_mentors_of(mentorship.group))
    return render(
        request,
        "groups/mentor_away_add.html",
        {"mentorship": mentorship, "form": form},
        status=status_of(form),
    )


@audience(Audience.COURSE_ADMIN)
@require_POST
def mentor_away_remove(request: HtmxRequest, away_id: int) -> HttpResponse:
    """Take days away back."""
    away = mentor_away_to_administer(signed_in(request), away_id, timezone.now())
    away.delete()
    messages.success(request, f"{away.mentorship.person} is not away on these days any more.")
    return redirect(_mentors_of(away.mentorship.group))


def _mentors_of(group: Group) -> str:
    return f"{reverse('groups:group-set-up', args=[group.pk])}#mentors"


def _told(mentorship: Mentorship) -> str:
    """What happened; with a second mentor for one group, what to do about it."""
    group, person = mentorship.group, mentorship.person
    words = (
        f"{person} is {mentorship.get_role_display()} of {group} from {full_day(mentorship.started_on)} on."
    )
    if mentorship.role != Mentorship.Role.MENTOR:
        return words
    others = group.mentorships.filter(role=mentorship.role, ended_on=None).exclude(pk=mentorship.pk)
    names = ", ".join(others.values_list("person__name", flat=True))
    return f"{words} {names} mentors it too: end that, or make one of them co-mentor." if names else words
