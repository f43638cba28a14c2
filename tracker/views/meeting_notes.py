"""What is said before a meeting: by students on my week, and private lines on the agenda of a check-in."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import group_to_study_in
from lib.refusals import Refused, acting
from lib.requests import HtmxRequest, way_back
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once
from tracker.access.meeting_notes import item_to_close, member_to_bring, note_to_write, week_to_add_to
from tracker.actions.meeting_notes import (
    add_line,
    bring_to_meeting,
    close_item,
    remove_line,
    say_before_meeting,
)
from tracker.forms.meeting_notes import MeetingItemForm, MeetingLineForm, MeetingNoteForm
from tracker.models import MeetingItem
from tracker.views.weeks import week_page


def _my_week(group_id: int) -> str:
    return reverse("tracker:week", args=[group_id], fragment="before-meeting")


@audience(Audience.STUDENT)
@require_POST
@saved_once
def meeting_note(request: HtmxRequest, group_id: int, week_iso: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    with transaction.atomic():
        _, note = note_to_write(user, group_id, week_iso, now)
        form = MeetingNoteForm(request.POST, instance=note)
        if form.is_valid():
            with acting(request):
                say_before_meeting(note=form.save(commit=False), by=user, at=now)
                messages.success(request, "Saved for the meeting.")
            return redirect(_my_week(group_id))
    return week_page(request, group_to_study_in(user, group_id, now), now, note_form=form)


@audience(Audience.STUDENT)
@require_POST
@saved_once
def meeting_item_add(request: HtmxRequest, group_id: int, week_iso: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access, week = member_to_bring(user, group_id, week_iso, now)
    form = MeetingItemForm(request.POST)
    if form.is_valid():
        text = form.cleaned_data["text"]
        with acting(request, after=f" Not added: {text}"):
            bring_to_meeting(
                enrolment=access.enrolment,
                group=access.access.group,
                week=week,
                text=text,
                by=user,
                at=now,
            )
    else:
        messages.error(request, str(form.errors["text"][0]))
    return redirect(_my_week(group_id))


_CLOSED = {
    MeetingItem.State.DONE: "Talked about: {}",
    MeetingItem.State.REMOVED: "Removed: {}",
    MeetingItem.State.OPEN: "Back on the list: {}",
}


@audience(Audience.STUDENT)
@require_POST
def meeting_item_close(request: HtmxRequest, item_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    item = item_to_close(user, item_id, now)
    if request.POST.get("state") not in MeetingItem.State.values:
        raise Http404
    state, before = MeetingItem.State(request.POST["state"]), item.state
    with acting(request):
        close_item(item=item, state=state, by=user, at=now)
        undo = reverse("tracker:meeting-item-close", args=[item.pk])
        text = with_undo(request, _CLOSED[state].format(item.text), undo, name="state", value=before)
        messages.success(request, text)
    return redirect(way_back(request, _my_week(item.group_id)))


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
@saved_once
def meeting_line(request: HtmxRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Add a private line, or `remove` it again."""
    now = timezone.now()
    user, removed = signed_in(request), request.POST.get("remove", "")
    form = MeetingLineForm(request.POST)
    with acting(request), transaction.atomic():
        access, group_week = week_to_add_to(user, group_id, week_iso, now)
        if refusal := group_week.refusal(access.today):
            raise Refused(refusal)
        if removed.isascii() and removed.isdigit() and len(removed) < 18:
            remove_line(group=access.group, item_id=int(removed), by=user)
            messages.success(request, "Removed.")
        elif form.is_valid():
            text = form.cleaned_data["text"]
            line = add_line(group=access.group, week=group_week.week, text=text, by=user, at=now)
            undo = reverse("tracker:meeting-line", args=[group_id, week_iso])
            is_new = (line.added_at, line.added_by_id) == (now, user.pk)
            added = with_undo(request, f"Added: {text}", undo, name="remove", value=line.pk)
            messages.success(request, added if is_new else f"Stands there already: {text}")
        else:
            messages.error(request, str(form.errors["text"][0]))
    # To its field, for the next one.
    return redirect(reverse("tracker:check-in-log", args=[group_id, week_iso], fragment="id_line-text"))
