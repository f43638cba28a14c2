from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courses.forms.section import CourseSectionForm
from courses.models import CourseSection
from groups.access import course_to_administer, to_administer
from groups.views.editing import edit_page
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def section_new(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_to_administer(signed_in(request), slug, timezone.now())
    return _section_page(request, CourseSection(course=course))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def section_edit(request: HtmxRequest, section_id: int) -> HttpResponse:
    sections = CourseSection.objects.in_order()
    return _section_page(request, to_administer(signed_in(request), sections, section_id, timezone.now()))


def _section_page(request: HtmxRequest, section: CourseSection) -> HttpResponse:
    context = {"course": section.course, "section": section}
    said = "“{}” saved."
    return edit_page(request, CourseSectionForm, section, "groups/section_edit.html", context, said=said)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def section_delete(request: HtmxRequest, section_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    section = to_administer(user, CourseSection.objects.in_order(), section_id, now)
    if request.method == "POST":
        section.remove(by=user, at=now)
        messages.success(request, f"Deleted “{section}”.")
        return redirect(section.course)
    return render(request, "groups/section_delete.html", {"course": section.course, "section": section})
