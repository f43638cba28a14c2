import re
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from groups.access import GroupAccess, group_to_lead, group_to_read
from groups.times import zone_for
from lib.editing import status_of
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, form_page, way_back
from lib.undo import with_undo
from lib.weeks import Week
from people.access import Audience, audience, refuse, signed_in
from people.models import User
from people.saved_once import saved_once
from questions.actions.topics.keeping import wait_for_turn
from tracker.access.check_ins import (
    check_in_to_read,
    locked_week_to_log,
    step_to_close,
    week_to_log,
)
from tracker.actions.check_in_drafts import delete_draft, keep_draft
from tracker.actions.check_in_undo import undo_check_in
from tracker.actions.steps import close_step
from tracker.dashboards.check_in_detail import check_in_detail_page
from tracker.dashboards.check_in_list import listed_weeks
from tracker.dashboards.check_in_log import check_in_forms, check_in_log_page
from tracker.dashboards.check_in_log.questions import askable_questions, candidates_for, typed_text
from tracker.forms.check_in import FIELD_NAME, CheckInForms
from tracker.models import AgreedStep, CheckIn, Progress
from tracker.views.groups import changed_row, wants_card
from tracker.views.progress import ask_what_goes


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_list(request: HttpRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    access = group_to_read(signed_in(request), group_id, now)
    weeks, this_week = listed_weeks(access, now), Week.of(access.today)
    context = {
        "access": access,
        "group": access.group,
        "weeks": weeks,
        "this_week": this_week,
        "is_logged": any(each["week"] == this_week and each["check_in"] for each in weeks),
        "can_log": access.group.cohort.is_running(access.today),
    }
    return render(request, "tracker/check_in_list.html", context)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_detail(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = check_in_to_read(user, group_id, week_iso, now)
    page = check_in_detail_page(user, access, now)
    with timezone.override(zone_for(user, access.group.cohort)):
        return render(request, "tracker/check_in_detail.html", {"page": page})


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_now(request: HttpRequest, group_id: int) -> HttpResponse:
    access = group_to_lead(signed_in(request), group_id, timezone.now())
    return redirect("tracker:check-in-log", group_id, Week.of(access.today).iso)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@form_page
@saved_once
def check_in_log(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    now = timezone.now()
    user, met = signed_in(request), request.GET.get("met", "")
    if request.method == "POST" and "add-line" not in request.POST:
        access, forms, saved = _save(user, group_id, week_iso, request.POST, now)
        if saved is not None:
            planned = access.group.cohort.course.weekly_minutes
            over = (saved.minutes or 0) - planned
            # It took longer than planned, which is nobody's mistake.
            more = (
                f": {saved.minutes} minutes, {over} more than the {planned} planned"
                if planned and over > 0
                else ""
            )
            message = f"{access.group}’s check-in is saved{more}."
            undo = reverse("tracker:check-in-undo", args=[group_id, week_iso])
            messages.success(request, with_undo(request, message, undo))
            # Mentors go back to their groups for the next check-in.
            back = reverse("tracker:my-groups", fragment=f"group-{group_id}")
            back = back if access.mentors else saved.get_absolute_url()
            if forms.main.is_held and any(form.new_state == Progress.State.WORKING for form in forms.marks):
                ask_what_goes(request, user, now, back=back)
            return redirect(back)
        page = check_in_log_page(user, access.group, forms.group_week.week, now, forms=forms, met=met)
    else:
        access, week = week_to_log(user, group_id, week_iso, now)
        page = check_in_log_page(user, access.group, week, now, typed=dict(request.POST.lists()), met=met)
    with timezone.override(zone_for(user, page.group.cohort)):
        status = 409 if page.refusal else status_of(page.forms)
        return render(request, "tracker/check_in_log.html", {"page": page}, status=status)


def _save(
    user: User, group_id: int, week_iso: str, data: QueryDict, now: datetime
) -> tuple[GroupAccess, CheckInForms, CheckIn | None]:
    """Save everything that was sent, or nothing: on an error or a conflict the check-in is None."""
    try:
        with transaction.atomic():
            access, group_week = locked_week_to_log(user, group_id, week_iso, now)
            forms = check_in_forms(user, group_week, access.today, now, data)
            if group_week.refusal(access.today) or not forms.is_valid():
                return access, forms, None
            role = access.mentors.role if access.mentors else ""
            saved = forms.save_by(logged_as=role, by=user, at=now)
    except Refused as refused:
        forms.main.add_error(None, str(refused))
        return access, forms, None
    return access, forms, saved


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def check_in_undo(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    with acting(request):
        with transaction.atomic():
            # Topics change with the questions that go: the course is locked first.
            wait_for_turn(group_to_lead(user, group_id, now).group.cohort.course_id)
            access, group_week = locked_week_to_log(user, group_id, week_iso, now)
            stays = undo_check_in(group_week=group_week, by=user, at=now)
        message = f"Undone. What you typed into {access.group}’s check-in is a draft again."
        if stays:
            message += f" Changed since, so it stays: {'; '.join(stays)}."
        messages.success(request, message)
        return redirect("tracker:check-in-log", group_id, week_iso)
    return redirect("tracker:check-in-list", group_id)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def check_in_draft(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Save the draft. The script gets a line of text; without JavaScript the form is shown again."""
    now = timezone.now()
    user = signed_in(request)
    access, week = week_to_log(user, group_id, week_iso, now)
    group = access.group
    version = request.POST.get("version", "")
    proposed = QueryDict(request.POST.get("proposed", ""))
    fields = {
        name: values
        for name, values in request.POST.lists()
        if FIELD_NAME.fullmatch(name) and values != proposed.getlist(name)
    }
    status = 200
    try:
        opened = int(version) if version.isascii() and version.isdigit() else 0
        keep_draft(group=group, week=week, fields=fields, opened=opened, by=user, at=now)
        message = f"Draft saved {now.astimezone(zone_for(user, group.cohort)):%H:%M}"
    except Refused as refused:
        message, status = str(refused), 409
    if request.headers.get("X-Requested-With") == "check-in":
        return HttpResponse(message, content_type="text/plain; charset=utf-8", status=status)
    messages.add_message(request, messages.SUCCESS if status == 200 else messages.ERROR, message)
    return redirect("tracker:check-in-log", group_id, week.iso)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def check_in_draft_delete(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    user = signed_in(request)
    access, week = week_to_log(user, group_id, week_iso, timezone.now())
    delete_draft(group=access.group, week=week, by=user)
    messages.success(request, "Draft deleted")
    return redirect("tracker:check-in-log", group_id, week.iso)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_similar(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access, _ = week_to_log(user, group_id, week_iso, now)
    line = request.GET.get("line", "")
    if not re.fullmatch(r"q[0-9]{1,2}", line):
        raise Http404
    candidates = candidates_for(
        typed_text(request.GET.get(f"{line}-title"), request.GET.get(f"{line}-milestone")),
        request.GET.get(f"{line}-again", ""),
        user,
        now,
        askable_questions(user, access.group, now),
    )
    context = {"name": f"{line}-again", "candidates": candidates}
    return render(request, "tracker/_check_in_similar.html", context)


_STEP_MESSAGES = {
    AgreedStep.State.DONE: "Done: {}",
    AgreedStep.State.DROPPED: "Removed: {}",
    AgreedStep.State.OPEN: "Reopened: {}",
}


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def step_close(request: HtmxRequest, step_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access, step = step_to_close(user, step_id, now)
    if request.POST.get("state") not in AgreedStep.State.values:
        raise Http404
    state, before = AgreedStep.State(request.POST["state"]), AgreedStep.State(step.state)
    # Students mark steps as done; only those who lead the group remove a step or reopen a removed one.
    if AgreedStep.State.DROPPED in (state, before) and not access.may_lead:
        refuse(user, f"remove or reopen step {step_id}", is_insider=True)
    if state != before:
        student = access.studies.enrolment_id if access.studies else None
        step = close_step(step=step, state=state, student=student, by=user, at=now)
        message, undo = _STEP_MESSAGES[state].format(step.text), reverse("tracker:step-close", args=[step.pk])
        messages.success(request, with_undo(request, message, undo, name="state", value=before))
    if wants_card(request, access.group.pk) and step.enrolment_id and access.may_lead:
        return changed_row(request, access, step.enrolment_id, now)
    if (request.htmx.target or "").startswith("group-"):
        # The step of who is in another group by now, or of all: more than its row has changed.
        return HttpResponseClientRefresh()
    return redirect(way_back(request, reverse("tracker:group-detail", args=[access.group.pk])))
