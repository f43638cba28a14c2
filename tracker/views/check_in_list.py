from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import group_to_read
from people.access import Audience, audience, signed_in
from tracker.dashboards.check_in_list import check_in_list as weeks_of


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def check_in_list(request: HttpRequest, group_id: int) -> HttpResponse:
    """Show the weeks of a group and their check-ins, newest first."""
    now = timezone.now()
    page = weeks_of(group_to_read(signed_in(request), group_id, now), now)
    return render(request, "tracker/check_in_list.html", {"page": page})
