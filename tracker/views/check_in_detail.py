from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.access import Audience, audience, signed_in
from tracker.access.check_ins import check_in_to_read
from tracker.dashboards.check_in_detail import check_in_shown


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_detail(request: HttpRequest, group_id: int, week_iso: str) -> HttpResponse:
    """Show a check-in: all of it to who leads the group, or mentored it that day, the shared part to members."""
    now = timezone.now()
    user = signed_in(request)
    place = check_in_to_read(user, group_id, week_iso, now)
    page = check_in_shown(user, place, now)
    # The history tells its moments in the time of the cohort.
    with timezone.override(ZoneInfo(page.group.cohort.time_zone)):
        return render(request, "tracker/check_in_detail.html", {"page": page})
