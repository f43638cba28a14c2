from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.tabs import course_tabs
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.trends import trends_access


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def trends(request: HtmxRequest, slug: str) -> HttpResponse:
    """What is asked, and did rewriting help? All of the course for its admins, their own groups for mentors."""
    access = trends_access(signed_in(request), slug, timezone.now())
    tabs = course_tabs(access.course, "Trends") if access.is_course_admin else ()
    return render(request, "tracker/trends.html", {"course": access.course, "tabs": tabs})
