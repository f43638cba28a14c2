from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.access import import_to_administer
from sheets.dashboards.imports import import_page


@audience(Audience.COURSE_ADMIN)
@require_safe
def import_detail(request: HtmxRequest, import_id: int) -> HttpResponse:
    """Show the preview of an import, or what became of it."""
    sheet_import = import_to_administer(signed_in(request), import_id, timezone.now())
    shown = import_page(sheet_import, request.GET.get("verdict", ""), request.GET.get("page"))
    context = {"import": sheet_import, "shown": shown, "step": 3 if sheet_import.is_open else 4}
    return render(request, "sheets/import_detail.html", context)
