from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.access import import_to_administer
from sheets.actions.undo import undo
from sheets.dashboards.imports import counted
from sheets.models import SheetImport
from sheets.views.working import answer_with


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HtmxRequest, import_id: int) -> HttpResponseBase:
    """Take a confirmed import back as a whole, after asking."""
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_administer(user, import_id, now)
    if sheet_import.state != SheetImport.State.CONFIRMED:
        return redirect(sheet_import)
    if request.method == "POST":
        return answer_with(
            request,
            sheet_import,
            undo(sheet_import=sheet_import, by=user, at=now),
            title="Taking the import back",
            then=sheet_import.get_absolute_url,
        )
    context = {"import": sheet_import, "counts": counted(sheet_import)}
    return render(request, "sheets/import_undo.html", context)
