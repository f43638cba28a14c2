from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.actions.milestone import delete_milestone, references_to_milestone
from courses.forms.material import MaterialForm
from courses.forms.milestone import MilestoneForm
from courses.models import Material, Milestone
from groups.access import course_to_administer, to_administer
from groups.views.editing import edit_page, versioned_form
from lib.editing import VersionedForm, status_of
from lib.requests import HtmxRequest, form_page
from people.access import Audience, audience, signed_in
from people.saved_once import saved_once


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def milestone_new(request: HtmxRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    course = course_to_administer(user, slug, now)
    form, saved = versioned_form(request, MilestoneForm, Milestone(course=course), by=user, at=now)
    if saved:
        messages.success(request, f"“{saved}” was added to {course}.")
        return redirect(
            "groups:milestone-new" if "another" in request.POST else "tracker:course-detail", slug
        )
    return render(
        request, "groups/milestone_new.html", {"course": course, "form": form}, status=status_of(form)
    )


@audience(Audience.COURSE_ADMIN)
@require_safe
def milestone_detail(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    milestone = to_administer(signed_in(request), Milestone, milestone_id, timezone.now())
    form = MaterialForm(instance=Material(milestone=milestone))
    return render(request, "groups/milestone_detail.html", milestone_context(milestone, form))


def milestone_context(milestone: Milestone, form: VersionedForm[Material]) -> dict[str, Any]:
    materials = list(milestone.materials.in_order().select_related("link_check"))
    return {
        "course": milestone.course,
        "milestone": milestone,
        "materials": [material for material in materials if material.retired_on is None],
        "archived": [material for material in materials if material.retired_on is not None],
        "form": form,
    }


@audience(Audience.COURSE_ADMIN)
@form_page
@saved_once
def milestone_edit(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    milestone = to_administer(signed_in(request), Milestone, milestone_id, timezone.now())
    context = {"course": milestone.course, "milestone": milestone}
    page = "groups/milestone_edit.html"
    return edit_page(request, MilestoneForm, milestone, page, context, said="“{}” saved.")


@audience(Audience.COURSE_ADMIN)
@form_page
def milestone_delete(request: HtmxRequest, milestone_id: int) -> HttpResponse:
    milestone = to_administer(signed_in(request), Milestone, milestone_id, timezone.now())
    references = references_to_milestone(milestone)
    if request.method == "POST":
        references = delete_milestone(milestone=milestone)
        if not references:
            messages.success(request, f"Deleted “{milestone}”.")
            return redirect(milestone.course)
    count, said = milestone.materials.count(), []
    if count:
        materials, them = ("Its material goes", "it") if count == 1 else (f"Its {count} materials go", "them")
        said = [f"{materials} with it; no one has used {them} yet."]
    context = {
        "course": milestone.course,
        "milestone": milestone,
        "references": references,
        "consequences": said,
    }
    return render(request, "groups/milestone_delete.html", context)
