from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.dashboards.mentor import mentor_dashboard


@audience(Audience.PERSON)
@require_safe
def my_groups(request: HtmxRequest) -> HttpResponse:
    """Show a mentor which of their groups needs them, and which check-in to log. Who mentors nobody is told so."""
    dashboard = mentor_dashboard(mentor=signed_in(request), now=timezone.now())
    return render(request, "tracker/my_groups.html", {"dashboard": dashboard})
