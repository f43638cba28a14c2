from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.access import import_to_administer
from sheets.dashboards.unreadable import unreadable_file


@audience(Audience.COURSE_ADMIN)
@require_safe
def import_unreadable(request: HtmxRequest, import_id: int) -> HttpResponse:
    """Give the rows back that cannot be read, and only those, as a file to correct and to give again."""
    sheet_import = import_to_administer(signed_in(request), import_id, timezone.now())
    file = unreadable_file(sheet_import)
    if file is None:
        raise Http404
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
