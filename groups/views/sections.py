from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from courses.actions.section import place_section
from courses.forms.section import CourseSectionForm
from courses.models import CourseSection
from groups.access import course_to_administer
from groups.content_access import section_to_administer
from groups.views.editing import versioned_form
from lib.editing import status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.models import User
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def section_new(request: HtmxRequest, slug: str) -> HttpResponse:
    user = signed_in(request)
    course = course_to_administer(user, slug, timezone.now())
    return _section_page(request, CourseSection(course=course), user)


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def section_edit(request: HtmxRequest, section_id: int) -> HttpResponse:
    user = signed_in(request)
    return _section_page(request, section_to_administer(user, section_id, timezone.now()), user)


@transaction.atomic
def _section_page(request: HtmxRequest, section: CourseSection, user: User) -> HttpResponse:
    form, saved = versioned_form(request, CourseSectionForm, section, by=user, at=timezone.now())
    if saved:
        place_section(section=saved, place=form.cleaned_data["place"])
        messages.success(request, f"“{saved}” saved.")
        return redirect(f"{saved.course.get_absolute_url()}#section-{saved.pk}")
    context = {"course": section.course, "section": section, "form": form}
    return render(request, "groups/section_edit.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@form_page
def section_delete(request: HtmxRequest, section_id: int) -> HttpResponse:
    section = section_to_administer(signed_in(request), section_id, timezone.now())
    if request.method == "POST":
        section.delete()
        messages.success(request, f"Deleted “{section}”.")
        return redirect(section.course)
    return render(request, "groups/section_delete.html", {"course": section.course, "section": section})
