from collections.abc import Sequence

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from courses.models import Cohort
from groups.access import cohort_to_administer, group_to_lead
from groups.models import Group
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.access import groups_led
from sheets.dashboards.export_rows import Led
from sheets.dashboards.group_workbooks import group_workbooks
from sheets.forms.exports import WorkbookForm, WorkbooksForm
from sheets.views.export_page import export_page
from sheets.writing import archive
from sheets.writing.workbook import CONTENT_TYPE


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def export_workbook(request: HtmxRequest, group_id: int) -> HttpResponse:
    """Send a group as a workbook in the layout of the tracking sheet, with tabs more."""
    now = timezone.now()
    user = signed_in(request)
    access = group_to_lead(user, group_id, now)
    led = None if access.is_course_admin else groups_led(user, now)
    form = WorkbookForm(request.GET)
    has_private_notes = form.is_valid() and form.cleaned_data["private_notes"]
    return _one(access.group.cohort, access.group, has_private_notes=has_private_notes, led=led)


@audience(Audience.COURSE_ADMIN)
@require_safe
def export_workbooks(request: HtmxRequest, cohort_id: int) -> HttpResponseBase:
    """Send a workbook a group, all of them in one ZIP; of one group that is chosen, its workbook."""
    cohort = cohort_to_administer(signed_in(request), cohort_id, timezone.now())
    form = WorkbooksForm(cohort, request.GET, auto_id="books-%s")
    if not form.is_valid():
        return export_page(request, cohort, books=form)
    group, has_private_notes = form.cleaned_data["group"], form.cleaned_data["private_notes"]
    if group is not None:
        return _one(cohort, group, has_private_notes=has_private_notes)
    return _all(cohort, list(cohort.groups.in_order()), has_private_notes=has_private_notes)


def _one(cohort: Cohort, group: Group, *, has_private_notes: bool, led: Led = None) -> HttpResponse:
    today = cohort.working_day(timezone.now())
    file = next(
        group_workbooks(
            cohort=cohort, groups=[group], today=today, has_private_notes=has_private_notes, led=led
        )
    )
    return HttpResponse(file.content, content_type=CONTENT_TYPE, headers=_as_file(file.name))


def _all(cohort: Cohort, groups: Sequence[Group], *, has_private_notes: bool) -> StreamingHttpResponse:
    today = cohort.working_day(timezone.now())
    files = group_workbooks(cohort=cohort, groups=groups, today=today, has_private_notes=has_private_notes)
    parts = archive.archive_parts((file.name, file.content) for file in files)
    return StreamingHttpResponse(
        parts,
        content_type=archive.CONTENT_TYPE,
        headers=_as_file(f"{archive.file_stem(cohort.title)}.zip"),
    )


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition_header(True, name) or ""}
