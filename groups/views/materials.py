from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from courses.actions.links import look_again
from courses.actions.material import (
    archive_material,
    delete_material,
)
from courses.forms.material import MaterialForm
from courses.models import LinkCheck, Material, Milestone
from groups.access import to_administer
from groups.views.editing import versioned_form
from groups.views.milestones import milestone_context
from lib.editing import status_of
from lib.references import references_to
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@require_POST
@saved_once
def material_add(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    milestone = to_administer(user, Milestone, milestone_id, now)
    form, saved = versioned_form(request, MaterialForm, Material(milestone=milestone), by=user, at=now)
    if saved is None:
        context = milestone_context(milestone, form)
        return render(request, "groups/milestone_detail.html", context, status=status_of(form))
    messages.success(request, f"“{saved}” was added. You can add another one.")
    return redirect(_page(saved, "#add"))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def material_edit(request: HtmxRequest, material_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    material = to_administer(user, Material, material_id, now)
    dead_link = LinkCheck.objects.dead().filter(material=material).first()
    unchecked = LinkCheck.objects.not_checked().filter(material=material).first()
    form, saved = versioned_form(request, MaterialForm, material, by=user, at=now)
    if saved:
        if dead_link:
            look_again(material=saved, at=now)
        told = " Its link will be checked again within minutes." if dead_link and saved.url else ""
        messages.success(request, f"“{saved}” saved.{told}")
        return redirect(_page(saved))
    context = {
        "course": material.milestone.course,
        "material": material,
        "dead_link": dead_link,
        "unchecked": unchecked,
        "form": form,
    }
    return render(request, "groups/material_edit.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_POST
def material_archive(request: HtmxRequest, material_id: int, *, restores: bool) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    material = to_administer(user, Material, material_id, now)
    archive_material(material=material, on=None if restores else now.date(), by=user, at=now)
    if restores:
        messages.success(request, f"“{material}” restored: students can see it again.")
    else:
        messages.success(request, f"“{material}” is archived: students no longer see it; its questions stay.")
    return redirect(_page(material))


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def material_delete(request: HtmxRequest, material_id: int) -> HttpResponse:
    material = to_administer(signed_in(request), Material, material_id, timezone.now())
    references = references_to(material)
    if request.method == "POST":
        references = delete_material(material=material)
        if not references:
            messages.success(request, f"Deleted “{material}”.")
            return redirect(_page(material))
    context = {"course": material.milestone.course, "material": material, "references": references}
    return render(request, "groups/material_delete.html", context)


def _page(material: Material, anchor: str = "") -> str:
    return reverse("groups:milestone-detail", args=[material.milestone_id]) + anchor
