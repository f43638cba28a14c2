from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import course_to_administer
from groups.tabs import course_tabs
from people.access import Audience, audience, signed_in
from trends.dashboards import need_list as dashboard


@audience(Audience.COURSE_ADMIN)
@require_safe
def need_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What needs material? Most asked first."""
    course = course_to_administer(signed_in(request), slug, timezone.now())
    listed = dashboard.need_list(course=course, address=request.GET)
    context = {"course": course, "listed": listed, "tabs": course_tabs(course, "Material")}
    return render(request, "trends/need_list.html", context)
