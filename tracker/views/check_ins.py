import re
from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.access import group_to_lead, group_to_read
from lib.editing import status_of
from lib.requests import HtmxRequest, way_back
from lib.undo import with_undo
from lib.weeks import Week
from people.access import Audience, audience, refuse, signed_in
from people.models import User
from questions.actions import QuestionError
from tracker.access.check_ins import (
    WeekToLog,
    check_in_to_read,
    locked_week_to_log,
    request_to_settle,
    step_to_close,
    week_to_log,
)
from tracker.actions.check_in_drafts import DraftError, discard_draft, keep_draft
from tracker.actions.check_ins import CheckInError, log_check_in, settle_request
from tracker.actions.steps import close_step, reopen_step
from tracker.dashboards.check_in_detail import check_in_detail_page
from tracker.dashboards.check_in_list import check_in_list_page
from tracker.dashboards.check_in_log import check_in_forms, check_in_log_page
from tracker.dashboards.check_in_log.questions import askable_questions, candidates_for, typed_text
from tracker.forms.check_in import FIELD_NAME, CheckInForms
from tracker.models import AgreedStep, CheckIn


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_list(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show the weeks of a group and their check-ins, newest first."""
    now = timezone.now()
    page = check_in_list_page(group_to_read(signed_in(request), group_id, now), now)
    return render(request, "tracker/check_in_list.html", {"page": page})


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_detail(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Show a check-in: all of it to who leads the group, or mentored it that day, the shared part to members."""
    now = timezone.now()
    user = signed_in(request)
    place = check_in_to_read(user, group_id, week_iso, now)
    page = check_in_detail_page(user, place, now)
    # The history tells its moments in the time of the cohort.
    with timezone.override(ZoneInfo(page.group.cohort.time_zone)):
        return render(request, "tracker/check_in_detail.html", {"page": page})


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_now(request: HttpRequest, group_id: int) -> HttpResponse:
    """Lead to this week's check-in."""
    access = group_to_lead(signed_in(request), group_id, timezone.now())
    return redirect("tracker:check-in-log", group_id, Week.of(access.today).iso)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def check_in_log(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Log the check-in of a week, or change what was logged. "Add a line" only gives the form back."""
    now = timezone.now()
    user = signed_in(request)
    if request.method == "POST" and "add-line" not in request.POST:
        place, forms, saved = _save(user, group_id, week_iso, request.POST, now)
        if saved is not None:
            messages.success(request, f"Check-in of {place.access.group} saved")
            return redirect(_after(place, saved))
        page = check_in_log_page(user, place, now, forms=forms)
    else:
        place = week_to_log(user, group_id, week_iso, now)
        page = check_in_log_page(user, place, now, typed=dict(request.POST.lists()))
    # The moment of a conflict is told in the time of the cohort.
    with timezone.override(ZoneInfo(page.group.cohort.time_zone)):
        status = 409 if page.refusal else status_of(page.forms)
        return render(request, "tracker/check_in_log.html", {"page": page}, status=status)


def _save(
    user: User, group_id: int, week_iso: str, data: QueryDict, now: datetime
) -> tuple[WeekToLog, CheckInForms, CheckIn | None]:
    """Save what was sent if it is right, and nobody has saved something else meanwhile; all of it or nothing."""
    try:
        with transaction.atomic():
            place, this_week = locked_week_to_log(user, group_id, week_iso, now)
            forms = check_in_forms(user, this_week, place, now, data=data)
            if this_week.refusal(place.access.today) or not forms.is_valid():
                return place, forms, None
            saved = log_check_in(
                place=this_week, words=forms.words(), logged_as=place.logged_as, by=user, at=now
            )
    except (CheckInError, QuestionError) as error:
        forms.non_field_errors.append(str(error))
        return place, forms, None
    return place, forms, saved


def _after(place: WeekToLog, check_in: CheckIn) -> str:
    """Back to the mentor's groups, where the next one waits; a course admin reads what was logged."""
    if place.access.mentors is None:
        return check_in.get_absolute_url()
    return reverse("tracker:my-groups", fragment=f"group-{place.access.group.pk}")


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def check_in_draft(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Keep what was typed so far. A script is told in a line how it went, a person is led back to the form."""
    now = timezone.now()
    user = signed_in(request)
    place = week_to_log(user, group_id, week_iso, now)
    group = place.access.group
    version = request.POST.get("version", "")
    fields = {name: values for name, values in request.POST.lists() if FIELD_NAME.fullmatch(name)}
    status = 200
    try:
        opened = int(version) if version.isascii() and version.isdigit() else 0
        keep_draft(group=group, week=place.week, fields=fields, opened=opened, by=user, at=now)
        words = f"Draft kept {now.astimezone(ZoneInfo(group.cohort.time_zone)):%H:%M}"
    except DraftError as error:
        words, status = str(error), 409
    if request.headers.get("X-Requested-With") == "check-in":
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=status)
    messages.add_message(request, messages.SUCCESS if status == 200 else messages.ERROR, words)
    return redirect("tracker:check-in-log", group_id, place.week.iso)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def check_in_draft_discard(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Throw the draft away, and show the form as it is without it."""
    user = signed_in(request)
    place = week_to_log(user, group_id, week_iso, timezone.now())
    discard_draft(group=place.access.group, week=place.week, by=user)
    messages.success(request, f"Draft of the check-in of {place.access.group} discarded")
    return redirect("tracker:check-in-log", group_id, place.week.iso)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_similar(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Offer questions that were asked before, under the line (`line=q3`) in which one is being typed."""
    now = timezone.now()
    user = signed_in(request)
    place = week_to_log(user, group_id, week_iso, now)
    line = request.GET.get("line", "")
    if not re.fullmatch(r"q[0-9]{1,2}", line):
        raise Http404
    candidates = candidates_for(
        typed_text(request.GET.get(f"{line}-title"), request.GET.get(f"{line}-milestone")),
        request.GET.get(f"{line}-again", ""),
        user,
        now,
        askable_questions(user, place.access.group, now),
    )
    context = {"name": f"{line}-again", "candidates": candidates}
    return render(request, "tracker/_check_in_similar.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
def request_settle(request: HtmxRequest, group_id: int, week_iso: str, *, is_settled: bool) -> HttpResponse:
    """Settle what a mentor asked of the course admins, or open it again."""
    now = timezone.now()
    user = signed_in(request)
    access = request_to_settle(user, group_id, week_iso, now)
    settle_request(check_in=access.check_in, is_settled=is_settled, by=user, at=now)
    label = f"Request of {access.access.group}, {access.check_in.week.label}"
    if is_settled:
        undo = reverse("tracker:request-open", args=[group_id, week_iso])
        messages.success(request, with_undo(request, f"{label}: settled", undo))
    else:
        messages.success(request, f"{label}: open again")
    return redirect(way_back(request, access.check_in.get_absolute_url()))


_WORDS = {
    AgreedStep.State.DONE: "Done: {}",
    AgreedStep.State.DROPPED: "Dropped: {}",
    AgreedStep.State.OPEN: "Open again: {}",
}


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def step_close(request: HtmxRequest, step_id: int) -> HttpResponse:
    """Tick an agreed step off, drop it, or open it again, as the `state` that is sent says."""
    now = timezone.now()
    user = signed_in(request)
    place = step_to_close(user, step_id, now)
    if request.POST.get("state") not in AgreedStep.State.values:
        raise Http404
    state, before = AgreedStep.State(request.POST["state"]), AgreedStep.State(place.step.state)
    # What was agreed with the mentor is dropped, and taken up again, with the mentor.
    if AgreedStep.State.DROPPED in (state, before) and not place.may_drop:
        refuse(user, f"drop step {step_id}, or take it up again", is_insider=True)
    if state != before:
        step = _put(place.step, state, user, now)
        words, back = _WORDS[state].format(step.text), reverse("tracker:step-close", args=[step.pk])
        messages.success(request, with_undo(request, words, back, name="state", value=before))
    return redirect(way_back(request, reverse("tracker:group-detail", args=[place.access.group.pk])))


def _put(step: AgreedStep, state: AgreedStep.State, by: User, at: datetime) -> AgreedStep:
    if state == AgreedStep.State.OPEN:
        return reopen_step(step=step, by=by, at=at)
    return close_step(step=step, state=state, by=by, at=at)
