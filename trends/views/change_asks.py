from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.access import Audience, audience, signed_in
from questions.access.questions import reader
from trends.access.changes import change_to_administer
from trends.dashboards import change_asks as dashboard


@audience(Audience.COURSE_ADMIN)
@require_safe
def change_asks(request: HttpRequest, change_id: int) -> HttpResponse:
    """The questions behind a count of asks before or after a change."""
    now = timezone.now()
    user = signed_in(request)
    change = change_to_administer(user, change_id, now)
    asked = dashboard.change_asks(change, reader=reader(user, now), address=request.GET)
    return render(request, "trends/change_asks.html", {"change": change, "asked": asked})
