from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from people.access import Audience, audience, signed_in
from tracker.access.check_ins import week_to_log
from tracker.actions.check_in_drafts import DraftError, discard_draft, keep_draft
from tracker.forms.check_in import FIELD_NAME


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
