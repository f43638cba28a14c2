from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from lib.requests import HtmxRequest, leave_for
from people.access import Audience, audience, signed_in
from sheets.access import import_to_administer
from sheets.actions.jobs import CANCELLED, end_job
from sheets.models import ImportJob
from sheets.views.imports import next_page
from telling.models import Heartbeat


@audience(Audience.COURSE_ADMIN)
@require_safe
def import_work(request: HtmxRequest, import_id: int) -> HttpResponse:
    """Show the progress of an import in the worker, then lead on. The page asks again by itself."""
    now = timezone.now()
    sheet_import = import_to_administer(signed_in(request), import_id, now)
    if not sheet_import.is_worked_on:
        # The page of the import says that it was refused, cancelled or killed.
        url = sheet_import.get_absolute_url() if hasattr(sheet_import, "job") else next_page(sheet_import)
        return leave_for(request, url)
    job = sheet_import.job
    said = how_far(job, now)
    if request.htmx and request.GET.get("said") == said:
        return HttpResponse(status=204)
    template = "sheets/_import_stage.html" if request.htmx else "sheets/import_work.html"
    return render(request, template, {"import": sheet_import, "job": job, "said": said})


def how_far(job: ImportJob, now: datetime) -> str:
    beat = Heartbeat.objects.first()
    if beat is None or not beat.is_recent(now):
        return "The worker is not running, so this waits. Ask a site admin; it goes on by itself then."
    return "Waiting for its turn." if job.seen_at is None else f"{job.stage or 'Beginning'} …"


@audience(Audience.COURSE_ADMIN)
@require_POST
def import_cancel(request: HtmxRequest, import_id: int) -> HttpResponse:
    sheet_import = import_to_administer(signed_in(request), import_id, timezone.now())
    if not sheet_import.is_worked_on or not end_job(sheet_import.job.pk, CANCELLED):
        messages.info(request, "It was done before it could be cancelled.")
    return redirect(sheet_import)
