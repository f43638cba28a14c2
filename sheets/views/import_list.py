from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer, course_to_administer
from groups.tabs import cohort_tabs, course_tabs
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.dashboards.imports import import_lines
from sheets.models import SheetImport


@audience(Audience.COURSE_ADMIN)
@require_safe
def import_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Show what was imported into a cohort, and the ways in."""
    cohort = cohort_to_administer(signed_in(request), cohort_id, timezone.now())
    lines = import_lines(SheetImport.objects.filter(cohort=cohort))
    context = {"cohort": cohort, "lines": lines, "tabs": cohort_tabs(cohort, "Import")}
    return render(request, "sheets/import_list.html", context)


@audience(Audience.COURSE_ADMIN)
@require_safe
def course_import_list(request: HtmxRequest, slug: str) -> HttpResponse:
    """Show what was imported into a course itself, and the ways in."""
    course = course_to_administer(signed_in(request), slug, timezone.now())
    lines = import_lines(SheetImport.objects.filter(course=course, cohort=None))
    context = {"course": course, "lines": lines, "tabs": course_tabs(course, "Import")}
    return render(request, "sheets/course_import_list.html", context)
