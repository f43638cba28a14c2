from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import group_to_read
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.dashboards.group import group_page


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def group_detail(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Show a group to its members, its mentors now or earlier, and the course admins."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_read(user, group_id, now)
    context = {
        "page": group_page(access=access, person=user, now=now),
        "group": access.group,
        "may_set_up": access.is_course_admin,
        "here": reverse("tracker:group-detail", args=[group_id]),
        "is_part": request.htmx.target == "group",
    }
    template = "tracker/group_detail.html#group" if context["is_part"] else "tracker/group_detail.html"
    return render(request, template, context)
