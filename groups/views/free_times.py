from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from groups.access import group_to_lead, group_to_meet, refuse_if_closed
from groups.actions.meeting import save_free_times, set_meeting, undo_meeting
from groups.actions.reminding import (
    ALREADY,
    PAUSE,
    TIMES,
    people_to_ask,
    remind,
    remind_label,
    reminder_label,
    reminders,
)
from groups.dashboards.free_times import free_times
from groups.forms.free_times import FreeTimesForm, MeetingUndoForm
from groups.times import zone_for, zone_of_slots
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page, leave_for
from lib.text import joined
from lib.time_zones import city_of
from lib.undo import with_undo
from people.access import Audience, audience, signed_in


@audience(Audience.STUDENT, Audience.MENTOR)
@form_page
def find_a_time(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Ticked, a slot is one's own at once. Once the group has a meeting, the page leads to it."""
    now, user = timezone.now(), signed_in(request)
    access = group_to_meet(user, group_id, now)
    group, today = access.group, access.today
    refuse_if_closed(user, group.cohort, now)
    if group.regular_meeting:
        if request.method == "POST":
            messages.info(request, f"{group} meets {group.meeting} already.")
        return leave_for(request, reverse("tracker:home"))
    if request.method == "POST":
        form = FreeTimesForm(request.POST)
        if not form.is_valid():
            raise Http404
        of_slots = str(zone_of_slots(group, today))
        save_free_times(
            group=group, person=user, time_zone=of_slots, chosen=form.cleaned_data["slots"], at=now
        )
        if not request.htmx:
            return redirect("groups:find-a-time", group.pk)
    zone, leads = zone_for(user, group.cohort), access.mentors is not None
    reminder = reminders(TIMES, group.cohort, now - PAUSE).get(group.pk) if leads else None
    asked = list(people_to_ask(group, now).exclude(pk=user.pk)) if leads and not reminder else []
    context = {
        "group": group,
        "times": free_times(group, user, today),
        "leads": leads,
        "zone": city_of(str(zone)),
        "remind": remind_label(asked) if asked else "",
        "reminded": reminder_label(reminder, now, zone) if reminder else "",
    }
    template = "groups/_free_times.html" if request.method == "POST" else "groups/find_a_time.html"
    return render(request, template, context)


@audience(Audience.MENTOR)
@require_POST
def meeting_set(request: HtmxRequest, group_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access = group_to_meet(user, group_id, now)
    group_to_lead(user, group_id, now)
    form = FreeTimesForm(request.POST)
    if not form.is_valid() or len(form.cleaned_data["slots"]) != 1:
        raise Http404
    slot = free_times(access.group, user, access.today).at(*form.cleaned_data["slots"][0])
    with acting(request):
        group = set_meeting(group=access.group, first=slot.begin, by=user, at=now)
        undo_url = reverse("groups:meeting-undo", args=[group.pk])
        message = f"{group} meets {group.meeting}. Its students get an e-mail with their calendar."
        messages.success(request, with_undo(request, message, undo_url, name="version", value=group.version))
    return redirect("tracker:home")


@audience(Audience.MENTOR)
@require_POST
def times_remind(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Remind who has not said when they can meet."""
    now, user = timezone.now(), signed_in(request)
    group = group_to_meet(user, group_id, now).group
    group_to_lead(user, group_id, now)
    refuse_if_closed(user, group.cohort, now)
    asked = [] if group.regular_meeting else list(people_to_ask(group, now).exclude(pk=user.pk))
    if not asked:
        messages.info(request, "Nobody is left to remind.")
    elif remind(TIMES, cohort=group.cohort, about=[group.pk], by=user, at=now):
        names = joined(person.get_short_name() for person in asked)
        messages.success(request, f"{names} {'is' if len(asked) == 1 else 'are'} reminded by e-mail.")
    else:
        messages.info(request, ALREADY)
    return redirect("groups:find-a-time", group_id)


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_POST
def meeting_undo(request: HtmxRequest, group_id: int) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    access = group_to_lead(user, group_id, now)
    form = MeetingUndoForm(request.POST)
    if not form.is_valid():
        raise Http404
    with acting(request):
        undo_meeting(group=access.group, version=form.cleaned_data["version"], by=user, at=now)
        messages.success(request, f"{access.group} has no meeting again. What was ticked is still there.")
    return redirect("groups:find-a-time" if access.mentors else "groups:group-meeting", group_id)
