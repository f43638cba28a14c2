from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from courses.actions.archiving import archive, restore
from courses.actions.course import add_course_admin, create_course, remove_course_admin
from courses.forms.course import CourseAdminForm, CourseForm, ThresholdsForm
from courses.forms.links import CourseLinksForm
from courses.models import Course
from groups.access import course_person, course_to_administer
from groups.actions.inviting import invited
from groups.concern_access import has_concerns_to_answer
from groups.dashboards.courses import course_cards
from groups.relations import forget_relations, relations_of
from groups.views.editing import edit_page
from lib.editing import status_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page
from lib.undo import with_undo
from people.access import Audience, audience, refuse, signed_in
from people.models import User
from people.saved_once import saved_once


@audience(Audience.PERSON)
@require_safe
def course_list(request: HtmxRequest) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    archived = Course.objects.administered_by(user).exclude(archived_at=None).order_by("title", "pk")
    context = {"cards": course_cards(user, now), "archived": archived, "can_create": _may_create(user, now)}
    context["has_private_messages"] = has_concerns_to_answer(user)
    return render(request, "groups/course_list.html", context)


def _may_create(user: User, now: datetime) -> bool:
    return user.is_staff or bool(relations_of(user, now).administered)


@audience(Audience.COURSE_ADMIN, Audience.OPERATOR)
@form_page
@saved_once
def course_new(request: HtmxRequest) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    if not _may_create(user, now):
        refuse(user, "create a course", is_insider=bool(relations_of(user, now).rows))
    form = CourseForm(request.POST or None, instance=Course())
    if request.method == "POST" and form.is_valid():
        course = create_course(course=form.save(commit=False), by=user, at=now)
        forget_relations(user)
        if "another" in request.POST:
            messages.success(request, f"{course} created. You are its course admin. Next, its README.")
            return redirect("sheets:course-import-give", course.slug, "outline")
        messages.success(request, f"{course} created. You are its course admin. Next, add milestones.")
        return redirect(course)
    return render(request, "groups/course_new.html", {"form": form}, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def course_edit(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_to_administer(signed_in(request), slug, timezone.now())
    return edit_page(request, CourseForm, course, "groups/course_edit.html", {"course": course})


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def course_links(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_to_administer(signed_in(request), slug, timezone.now())
    said = "Links for {} saved."
    return edit_page(
        request, CourseLinksForm, course, "groups/course_links.html", {"course": course}, said=said
    )


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def course_thresholds(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_to_administer(signed_in(request), slug, timezone.now())
    said = "Alerts for {} saved. They apply to all pages from now on."
    return edit_page(
        request, ThresholdsForm, course, "groups/course_thresholds.html", {"course": course}, said=said
    )


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def course_admin_add(request: HtmxRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    course = course_to_administer(user, slug, now)
    form = CourseAdminForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with acting(request, form), transaction.atomic():
            person, invitation_message = invited(**form.cleaned_data, by=user, at=now)
            add_course_admin(course=course, person=person, by=user, at=now)
            messages.success(
                request, f"{person} is now a course admin of {course}. {invitation_message}".strip()
            )
            return redirect(course)
    return render(
        request, "groups/course_admin_add.html", {"course": course, "form": form}, status=status_of(form)
    )


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def course_admin_remove(request: HtmxRequest, slug: str, person_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    course, person = course_person(user, slug, person_id, now)
    if request.method == "POST":
        with acting(request):
            remove_course_admin(course=course, person=person, by=user, at=now)
            forget_relations(user)
            messages.success(request, f"{person} is no longer a course admin of {course}.")
            return redirect("groups:course-list" if person == user else course)
        return redirect(course)
    return render(request, "groups/course_admin_remove.html", {"course": course, "person": person})


@audience(Audience.COURSE_ADMIN)
@require_POST
def course_archive(request: HtmxRequest, slug: str, *, restores: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    course = course_to_administer(user, slug, now, also_archived=True)
    if restores:
        restore(thing=course, by=user, at=now)
        messages.success(request, f"{course} is restored.")
        return redirect(course)
    archive(thing=course, by=user, at=now)
    url = reverse("groups:course-restore", args=[course.slug])
    messages.success(request, with_undo(request, f"{course} is archived.", url))
    return redirect("groups:course-list")
