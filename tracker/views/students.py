from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.students import student_to_read
from tracker.dashboards.student_detail import student_timeline


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def student_detail(request: HtmxRequest, enrolment_id: int) -> HttpResponse:
    now = timezone.now()
    access = student_to_read(signed_in(request), enrolment_id, now)
    kind = request.GET.get("kind", "")
    timeline = student_timeline(
        access=access,
        now=now,
        shows_milestones=kind == "progress",
        shows_all=bool(kind) or "earlier" in request.GET,
    )
    return render(request, "tracker/student_detail.html", {"timeline": timeline, "access": access})
