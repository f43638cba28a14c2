from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import course_to_administer
from groups.tabs import course_tabs
from people.access import Audience, audience, signed_in
from trends.dashboards import change_list as dashboard


@audience(Audience.COURSE_ADMIN)
@require_safe
def change_list(request: HttpRequest, slug: str) -> HttpResponse:
    """What was changed in the material, and did it help?"""
    now = timezone.now()
    course = course_to_administer(signed_in(request), slug, now)
    listed = dashboard.change_list(course=course, address=request.GET, now=now)
    context = {"course": course, "listed": listed, "tabs": course_tabs(course, "Material")}
    return render(request, "trends/change_list.html", context)
