from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.dashboards.set_up import course_set_up
from groups.relations import relations_of
from lib.ids import as_id
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from tracker.access.courses import course_to_read
from tracker.dashboards.course_detail import course_context


@audience(Audience.STUDENT, Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def course_detail(request: HtmxRequest, slug: str) -> HttpResponse:
    """The page of a course; with `milestone` its materials, with `cohort` of another one that the person is in."""
    now = timezone.now()
    user = signed_in(request)
    access = course_to_read(user, slug, now, cohort_id=as_id(request.GET.get("cohort", "")))
    context = {
        "access": access,
        "course": access.course,
        "courses": [(at, title) for at, title in relations_of(user, now).courses.items() if at != slug],
    }
    context |= course_context(access, now, as_id(request.GET.get("milestone", "")))
    if access.is_course_admin and not access.course.is_archived:
        context["may_edit"] = True
        context["set_up"] = course_set_up(access.course, access.cohort, now)
    return render(request, "tracker/course_detail.html", context)
