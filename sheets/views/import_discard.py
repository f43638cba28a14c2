from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.access import import_to_administer
from sheets.actions.discard import discard


@audience(Audience.COURSE_ADMIN)
@require_POST
def import_discard(request: HtmxRequest, import_id: int) -> HttpResponse:
    """Throw away what was given and not confirmed; nothing was written of it."""
    sheet_import = import_to_administer(signed_in(request), import_id, timezone.now())
    if not discard(sheet_import=sheet_import):
        messages.error(request, "It was imported already. Take it back instead.")
        return redirect(sheet_import)
    messages.success(request, "Thrown away. Nothing of it was written.")
    if sheet_import.cohort_id:
        return redirect("sheets:import-list", sheet_import.cohort_id)
    return redirect("sheets:course-import-list", sheet_import.course.slug)
