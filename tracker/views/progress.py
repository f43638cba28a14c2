from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.refusals import acting
from lib.requests import HtmxRequest, way_back
from lib.text import ended_once
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.models import User
from tracker.access.progress import (
    MemberAccess,
    material_of,
    member_to_mark,
    milestone_of,
    oneself_to_mark,
    progress_to_mark,
)
from tracker.access.students import milestone_to_waive, student_to_lead
from tracker.actions.helping import ask_for_help, left_open, sort_out, still_needs_help
from tracker.actions.progress import (
    find_material,
    last_change_id,
    mark,
    note_hours,
    tick,
    undo_change,
    unmark,
    untick,
    waive,
)
from tracker.dashboards.hours import hours_label
from tracker.forms.helping import HelpForm
from tracker.forms.progress import NOT_YET, SORTED_OUT, UNDO, HoursForm, MarkForm, OpinionForm
from tracker.forms.students import WaiveForm
from tracker.models import MaterialTick, Progress
from tracker.views.groups import changed_row, wants_card
from tracker.views.weeks import week_page


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_mark(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    form = MarkForm(request.POST)
    user = signed_in(request)
    enrolment_id, milestone_id, state = form.cleaned_data["mark"] if form.is_valid() else (0, 0, "")
    member = member_to_mark(user, group_id, enrolment_id, now)
    milestone = milestone_of(member, milestone_id)
    change = {UNDO: unmark, SORTED_OUT: sort_out, NOT_YET: still_needs_help}.get(state) or partial(
        mark, state=state
    )
    help_form = None
    if state == Progress.State.NEED_HELP and member.is_own:
        help_form = HelpForm(request.POST)
        if help_form.is_valid():
            change = partial(ask_for_help, group=member.access.group, words=help_form.cleaned_data["words"])
    finished_id = 0
    if help_form is None or help_form.is_valid():
        with acting(request, help_form, on_top=False):
            progress = change(enrolment=member.enrolment, milestone=milestone, by=user, at=now)
            message = _state_message(member, progress)
            message = f"Sorted out. {message}" if state == SORTED_OUT else message
            is_settled = state in (Progress.State.DONE, Progress.State.SKIPPED)
            finished_id = milestone_id if member.is_own and is_settled else 0
            is_just_done = finished_id and state == Progress.State.DONE
            just = f"cell-{enrolment_id}-{milestone_id}" if is_just_done else ""
            _add_message(request, member, progress, message, just)
            if progress.state == Progress.State.WORKING:
                ask_what_goes(request, user, now, back=way_back(request, ""))
    if help_form is not None and help_form.errors:
        page = _week_of(group_id, milestone=milestone_id)
        return week_page(request, member.access, now, page=page, help_form=help_form)
    return _answer(request, member, now, finished_id=finished_id)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_undo(request: HtmxRequest, group_id: int, progress_id: int, change_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    member, progress = progress_to_mark(user, group_id, progress_id, now)
    with acting(request):
        undone = undo_change(progress=progress, change_id=change_id, by=user, at=now)
        is_of_hours = undone.hours != progress.hours
        message = _hours_message(undone) if is_of_hours else _state_message(member, undone)
        messages.success(request, f"Undone. {message}")
    return _answer(request, member, now)


@audience(Audience.STUDENT)
@require_POST
def progress_hours(request: HtmxRequest, group_id: int, milestone_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    member = oneself_to_mark(user, group_id, now)
    milestone = milestone_of(member, milestone_id)
    form = HoursForm(request.POST)
    if not form.is_valid():
        return week_page(
            request, member.access, now, page=_week_of(group_id, milestone=milestone_id), hours_form=form
        )
    hours = form.cleaned_data["hours"]
    with acting(request):
        progress = note_hours(enrolment=member.enrolment, milestone=milestone, hours=hours, by=user, at=now)
        _add_message(request, member, progress, _hours_message(progress))
    return _answer(request, member, now)


@audience(Audience.STUDENT)
@require_POST
def material_tick(request: HtmxRequest, group_id: int, material_id: int) -> HttpResponse:
    now = timezone.now()
    member = oneself_to_mark(signed_in(request), group_id, now)
    material = material_of(member, material_id)
    ticked = request.POST.get("ticked", "")
    with acting(request):
        if ticked:
            opinion = ticked if ticked in MaterialTick.Opinion.values else ""
            tick(
                enrolment=member.enrolment,
                material=material,
                group=member.access.group,
                opinion=opinion,
                at=now,
            )
        else:
            opinion = untick(enrolment=member.enrolment, material=material, at=now)
        message = f"{material} is {'ticked' if ticked else 'no longer ticked'}."
        # Undo posts to the same address, with the box as it was before, and how the material was found.
        box = ("", "") if ticked else ("ticked", opinion or "yes")
        messages.success(request, with_undo(request, message, request.path, name=box[0], value=box[1]))
    return _answer(request, member, now)


@audience(Audience.STUDENT)
@require_POST
def material_opinion(request: HtmxRequest, group_id: int, material_id: int) -> HttpResponse:
    """The page sends what shall hold, so that a request that comes twice does what it does once."""
    now = timezone.now()
    member = oneself_to_mark(signed_in(request), group_id, now)
    material = material_of(member, material_id)
    form = OpinionForm(request.POST)
    if not form.is_valid():
        raise Http404
    opinion = form.cleaned_data["opinion"]
    with acting(request):
        before = find_material(
            enrolment=member.enrolment, material=material, group=member.access.group, opinion=opinion, at=now
        )
        label = MaterialTick.Opinion(opinion).label if opinion else ""
        message = f"You found {material} {label}." if label else f"You removed your opinion of {material}."
        messages.success(request, with_undo(request, message, request.path, name="opinion", value=before))
    return _answer(request, member, now)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_waive(request: HtmxRequest, enrolment_id: int, *, is_waived: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = student_to_lead(user, enrolment_id, now)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        raise Http404
    milestone = milestone_to_waive(access, form.cleaned_data["milestone"])
    with acting(request):
        waive(enrolment=access.enrolment, milestone=milestone, is_waived=is_waived, by=user, at=now)
        name = access.enrolment.person.get_short_name()
        message = (
            f"{milestone} is waived for {name}." if is_waived else f"{milestone} is required of {name} again."
        )
        undo = reverse(f"tracker:progress-{'unwaive' if is_waived else 'waive'}", args=[enrolment_id])
        messages.success(request, with_undo(request, message, undo, name="milestone", value=milestone.pk))
    return redirect(reverse("tracker:student-detail", args=[enrolment_id], query={"kind": "progress"}))


def ask_what_goes(request: HttpRequest, user: User, at: datetime, *, back: str) -> None:
    """Ask whether the words of a request for help, which the user has just sorted out, go with it."""
    for question in left_open(by=user, at=at):
        url = reverse("questions:question-close", args=[question.pk])
        message = f"“{question}” is still open."
        message = with_undo(request, message, url, name="next", value=back, label="Close it")
        messages.warning(request, message)


_OWN_STATE = {
    Progress.State.NOT_STARTED: "{milestone} is marked as not started.",
    Progress.State.WORKING: "You are working on {milestone}.",
    Progress.State.NEED_HELP: "You need help with {milestone}. Your mentor sees it.",
    Progress.State.DONE: "{milestone} is done.",
    Progress.State.SKIPPED: "{milestone} is skipped.",
}
_MEMBER_STATE = {
    Progress.State.NOT_STARTED: "{name} has not started {milestone}.",
    Progress.State.WORKING: "{name} is working on {milestone}.",
    Progress.State.NEED_HELP: "{name} needs help with {milestone}.",
    Progress.State.DONE: "{name}’s {milestone} is done.",
    Progress.State.SKIPPED: "{name}’s {milestone} is skipped.",
}


def _state_message(member: MemberAccess, progress: Progress) -> str:
    """Return a sentence about the new state, addressed to the student or to someone else."""
    sentences = _OWN_STATE if member.is_own else _MEMBER_STATE
    sentence = sentences[Progress.State(progress.state)]
    name = member.enrolment.person.get_short_name()
    return ended_once(sentence.format(milestone=progress.milestone.title, name=name))


def _hours_message(progress: Progress) -> str:
    amount = "No hours" if progress.hours is None else f"{hours_label(progress.hours)} h"
    return f"{amount} on {progress.milestone} noted."


def _add_message(
    request: HtmxRequest, member: MemberAccess, progress: Progress, message: str, just: str = ""
) -> None:
    """Args: just: the id of the cell that my week shows as just finished when it shows the message."""
    change_id = last_change_id(progress)
    if change_id is not None:
        undo = reverse("tracker:progress-undo", args=[member.access.group.pk, progress.pk, change_id])
        message = with_undo(request, message, undo, name="next", value=way_back(request, ""))
    messages.success(request, message, just)


def _week_of(group_id: int, /, **asked_for: Any) -> str:
    return reverse("tracker:week", args=[group_id], query=asked_for)


def _answer(
    request: HtmxRequest, member: MemberAccess, now: datetime, *, finished_id: int = 0
) -> HttpResponse:
    """Answer with the row where htmx swaps a mentor's sheet, else go back to the page where the change was made.

    Args:
        finished_id: what the student has just finished or skipped: from its week it goes on to the next milestone.
    """
    group = member.access.group
    if wants_card(request, group.pk):
        return changed_row(request, member.access, member.enrolment.pk, now)
    back = way_back(request, group.get_absolute_url())
    address = urlsplit(back)
    asked_for = QueryDict(address.query, mutable=True)
    if asked_for.get("milestone") == str(finished_id) and address.path == _week_of(group.pk):
        del asked_for["milestone"]
        back = _week_of(group.pk, **asked_for.dict())
    return redirect(back)
