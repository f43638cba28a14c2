from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.access import Audience, audience, signed_in
from questions.access.questions import reader
from trends.access.changes import change_to_administer
from trends.dashboards import change_detail as dashboard


@audience(Audience.COURSE_ADMIN)
@require_safe
def change_detail(request: HttpRequest, change_id: int) -> HttpResponse:
    """What was changed, and did it help?"""
    now = timezone.now()
    user = signed_in(request)
    change = dashboard.change_detail(change_to_administer(user, change_id, now), reader=reader(user, now))
    return render(request, "trends/change_detail.html", {"change": change})
