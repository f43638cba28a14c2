from datetime import datetime

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from courses.models import Cohort, Course
from groups.access import cohort_to_administer, course_to_administer
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from people.models import User
from sheets.actions.give import give
from sheets.actions.preview import preview
from sheets.forms.give import GiveForm
from sheets.models import SheetImport
from sheets.reading import UnreadableFile
from sheets.views.working import answer_with

Kind = SheetImport.Kind


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_give(request: HtmxRequest, cohort_id: int, kind: str) -> HttpResponseBase:
    """Take a list of people or tracking sheets for a cohort."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    if kind not in (Kind.ROSTER, Kind.SHEET):
        raise Http404
    return _give(request, Kind(kind), cohort.course, cohort, user, now)


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def course_import_give(request: HtmxRequest, slug: str, kind: str) -> HttpResponseBase:
    """Take the outline of a course, or its materials."""
    now = timezone.now()
    user = signed_in(request)
    course = course_to_administer(user, slug, now)
    if kind not in (Kind.OUTLINE, Kind.MATERIALS):
        raise Http404
    return _give(request, Kind(kind), course, None, user, now)


def _give(
    request: HtmxRequest, kind: Kind, course: Course, cohort: Cohort | None, by: User, at: datetime
) -> HttpResponseBase:
    form = GiveForm(kind, request.POST, request.FILES) if request.method == "POST" else GiveForm(kind)
    if form.is_valid():
        try:
            sheet_import = give(
                kind=kind,
                course=course,
                cohort=cohort,
                files=form.given(),
                by=by,
                at=at,
                starts_on=form.cleaned_data.get("starts_on"),
                is_inviting=form.cleaned_data.get("is_inviting", False),
            )
        except UnreadableFile as error:
            form.add_error("uploads", str(error))
        else:
            return answer_with(
                request,
                sheet_import,
                preview(sheet_import=sheet_import, at=at),
                title="Reading what you gave",
                then=lambda: next_page(sheet_import),
            )
    context = {"form": form, "kind": kind, "course": course, "cohort": cohort, "step": 1}
    return render(request, "sheets/import_give.html", context)


def next_page(sheet_import: SheetImport) -> str:
    """Where to look first: at the columns where there are any or something is asked, else at the preview."""
    understood = sheet_import.understood
    if understood.get("tables") or understood.get("questions"):
        return reverse("sheets:import-columns", args=[sheet_import.pk])
    return sheet_import.get_absolute_url()
