from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest, way_back
from lib.undo import with_undo
from people.access import Audience, audience, signed_in
from tracker.access.check_ins import request_to_settle
from tracker.actions.check_ins import settle_request


@audience(Audience.COURSE_ADMIN)
@require_POST
def request_settle(request: HtmxRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Say that what a mentor asked of the course admin was seen to."""
    now, user = timezone.now(), signed_in(request)
    place = request_to_settle(user, group_id, week_iso, now)
    settle_request(check_in=place.check_in, is_settled=True, by=user, at=now)
    back = reverse("tracker:request-open", args=[group_id, week_iso])
    words = f"Request of {place.access.group}, {place.check_in.week.label}: settled"
    messages.success(request, with_undo(request, words, back))
    return redirect(way_back(request, place.check_in.get_absolute_url()))


@audience(Audience.COURSE_ADMIN)
@require_POST
def request_open(request: HtmxRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Say that it still waits for the course admin."""
    now, user = timezone.now(), signed_in(request)
    place = request_to_settle(user, group_id, week_iso, now)
    settle_request(check_in=place.check_in, is_settled=False, by=user, at=now)
    words = f"Request of {place.access.group}, {place.check_in.week.label}: open again"
    messages.success(request, words)
    return redirect(way_back(request, place.check_in.get_absolute_url()))
