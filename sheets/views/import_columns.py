from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.access import import_to_administer
from sheets.actions.say import say
from sheets.forms.columns import ColumnsForm
from sheets.views.working import answer_with


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HtmxRequest, import_id: int) -> HttpResponseBase:
    """Show how columns were understood and what is asked, and take corrections and answers."""
    now = timezone.now()
    sheet_import = import_to_administer(signed_in(request), import_id, now)
    if not sheet_import.is_open:
        return redirect(sheet_import)
    form = ColumnsForm(sheet_import, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return answer_with(
            request,
            sheet_import,
            say(sheet_import=sheet_import, said=form.said(), at=now),
            title="Comparing with what is there",
            then=sheet_import.get_absolute_url,
        )
    return render(request, "sheets/import_columns.html", {"import": sheet_import, "form": form, "step": 2})
