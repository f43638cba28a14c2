from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.access import Audience, audience, signed_in
from questions.access.questions import reader
from trends.dashboards.asked import asked_page


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Which questions does a figure of the trends count? Its address says which figure."""
    listed = asked_page(reader=reader(signed_in(request), timezone.now()), address=request.GET)
    return render(request, "trends/asked.html", {"listed": listed})
