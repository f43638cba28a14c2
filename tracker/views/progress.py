from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest, way_back
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from tracker.access.progress import (
    MemberAccess,
    material_of,
    member_to_mark,
    milestone_of,
    oneself_to_mark,
    progress_to_mark,
)
from tracker.access.students import milestone_to_waive, student_to_lead
from tracker.actions.progress import (
    ProgressError,
    last_change_id,
    mark,
    note_hours,
    tick,
    undo_change,
    untick,
    unwaive,
    waive,
)
from tracker.dashboards.week.milestones import hours_words
from tracker.forms.progress import HoursForm, MarkForm
from tracker.forms.students import WaiveForm
from tracker.models import Progress
from tracker.views.groups import answer_card, wants_card
from tracker.views.weeks import week_page


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_mark(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Mark a milestone: students for themselves, who leads the group for its members."""
    now = timezone.now()
    form = MarkForm(request.POST)
    is_valid = form.is_valid()
    user = signed_in(request)
    member = member_to_mark(user, group_id, form.cleaned_data.get("enrolment", 0), now)
    if not is_valid:
        raise Http404
    milestone = milestone_of(member, form.cleaned_data["milestone"])
    try:
        progress = mark(
            enrolment=member.enrolment,
            milestone=milestone,
            state=form.cleaned_data["state"],
            by=user,
            at=now,
        )
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        tell_mark(request, member, progress)
    return answer(request, member, now)


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_undo(request: HtmxRequest, group_id: int, progress_id: int, change_id: int) -> HttpResponse:
    """Take back the last change of a mark or of hours."""
    now = timezone.now()
    user = signed_in(request)
    member, progress = progress_to_mark(user, group_id, progress_id, now)
    try:
        progress = undo_change(progress=progress, change_id=change_id, by=user, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Taken back. {state_words(member, progress)}")
    return answer(request, member, now)


@audience(Audience.STUDENT)
@require_POST
def progress_hours(request: HtmxRequest, group_id: int, milestone_id: int) -> HttpResponse:
    """Note the hours that a student spent on a milestone; what is no number of hours is said beside the field."""
    now = timezone.now()
    user = signed_in(request)
    member = oneself_to_mark(user, group_id, now)
    milestone = milestone_of(member, milestone_id)
    form = HoursForm(request.POST)
    if not form.is_valid():
        here = reverse("tracker:week", args=[group_id], query={"milestone": milestone_id})
        return week_page(request, member.access, now, page=here, hours_form=form)
    hours = form.cleaned_data["hours"]
    try:
        progress = note_hours(enrolment=member.enrolment, milestone=milestone, hours=hours, by=user, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        words = "No hours" if hours is None else f"{hours_words(hours)} h"
        tell(request, member, progress, f"{words} on {milestone} noted.")
    return answer(request, member, now)


@audience(Audience.STUDENT)
@require_POST
def material_tick(request: HtmxRequest, group_id: int, material_id: int) -> HttpResponse:
    """Tick a material off, or take the tick away, as the box sent says."""
    now = timezone.now()
    member = oneself_to_mark(signed_in(request), group_id, now)
    material = material_of(member, material_id)
    is_ticked = bool(request.POST.get("ticked"))
    change = tick if is_ticked else untick
    try:
        change(enrolment=member.enrolment, material=material, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        words = f"{material} is {'ticked off' if is_ticked else 'not ticked off any more'}."
        # The way back: the same address, with the box as it was before.
        before = "" if is_ticked else "ticked"
        messages.success(request, with_undo(request, words, request.path, name=before, value="yes"))
    return answer(request, member, now)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_waive(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Expect a milestone of the student no longer."""
    words = "{milestone} is not expected of {name} any more."
    return _change(request, enrolment_id, waive, words, undo="tracker:progress-unwaive")


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def progress_unwaive(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    """Expect a milestone of the student again."""
    words = "{milestone} is expected of {name} again."
    return _change(request, enrolment_id, unwaive, words, undo="tracker:progress-waive")


def _change(
    request: HtmxRequest, enrolment_id: int, action: Callable[..., Progress], words: str, *, undo: str
) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = student_to_lead(user, enrolment_id, now)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        raise Http404
    milestone = milestone_to_waive(access, form.cleaned_data["milestone"])
    try:
        action(enrolment=access.enrolment, milestone=milestone, by=user, at=now)
    except ProgressError as error:
        messages.error(request, str(error))
    else:
        told = words.format(milestone=milestone, name=access.enrolment.person.get_short_name())
        back = reverse(undo, args=[enrolment_id])
        messages.success(request, with_undo(request, told, back, name="milestone", value=milestone.pk))
    return redirect("tracker:student-detail", enrolment_id)


_OWN = {
    Progress.State.NOT_STARTED: "{milestone} is not started.",
    Progress.State.WORKING: "You are working on {milestone}.",
    Progress.State.NEED_HELP: "You need help with {milestone}. Your mentor sees it.",
    Progress.State.DONE: "{milestone} is done.",
    Progress.State.SKIPPED: "{milestone} is skipped.",
}
_OF_A_MEMBER = {
    Progress.State.NOT_STARTED: "{name} has not started {milestone}.",
    Progress.State.WORKING: "{name} is working on {milestone}.",
    Progress.State.NEED_HELP: "{name} needs help with {milestone}.",
    Progress.State.DONE: "{milestone} of {name} is done.",
    Progress.State.SKIPPED: "{milestone} of {name} is skipped.",
}


def state_words(member: MemberAccess, progress: Progress) -> str:
    """Say where the student is with the milestone now: to themself, or to somebody else."""
    words = _OWN if member.is_own else _OF_A_MEMBER
    return words[Progress.State(progress.state)].format(
        milestone=progress.milestone.title, name=member.enrolment.person.get_short_name()
    )


def tell_mark(request: HtmxRequest, member: MemberAccess, progress: Progress) -> None:
    """Say what the mark is now, with the way back; who needs help is led to where they say what about."""
    is_asking = member.is_own and progress.state == Progress.State.NEED_HELP
    tell(
        request,
        member,
        progress,
        state_words(member, progress),
        _ask_link(member, progress) if is_asking else "",
    )


def tell(request: HtmxRequest, member: MemberAccess, progress: Progress, *words: str) -> None:
    """Say what happened, with the way back."""
    told = format_html_join(" ", "{}", ((part,) for part in words if part))
    change_id = last_change_id(progress)
    if change_id is not None:
        back = reverse("tracker:progress-undo", args=[member.access.group.pk, progress.pk, change_id])
        told = with_undo(request, told, back, name="next", value=way_back(request, ""))
    messages.success(request, told)


def answer(request: HtmxRequest, member: MemberAccess, now: datetime) -> HttpResponse:
    """Answer with the mentor's card where htmx swaps that, else send the person back to where they made the change."""
    if wants_card(request, member.access.group.pk):
        return answer_card(request, member.access.group.pk, now)
    return redirect(way_back(request, reverse("tracker:group-detail", args=[member.access.group.pk])))


def _ask_link(member: MemberAccess, progress: Progress) -> SafeString:
    url = reverse(
        "tracker:week",
        args=[member.access.group.pk],
        query={"milestone": progress.milestone_id},
        fragment="ask-title",
    )
    return format_html('<a href="{}">Say what about</a>', url)
