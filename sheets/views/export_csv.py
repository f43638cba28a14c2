from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from groups.access import cohort_to_administer
from lib.csv_lines import CONTENT_TYPE, csv_lines
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.dashboards.exports import Export, ExportFilter, header, rows
from sheets.forms.exports import CsvForm
from sheets.views.export_page import export_page
from sheets.writing.archive import file_stem


@audience(Audience.COURSE_ADMIN)
@require_safe
def export_csv(request: HtmxRequest, cohort_id: int, kind: str) -> HttpResponseBase:
    """Send rows of a cohort as CSV, while they are read."""
    cohort = cohort_to_administer(signed_in(request), cohort_id, timezone.now())
    if kind not in set(Export):
        raise Http404
    form = CsvForm(cohort, request.GET, auto_id="csv-%s")
    if not form.is_valid():
        return export_page(request, cohort, csv=form)
    given = form.cleaned_data
    chosen = ExportFilter(
        cohort=cohort,
        group=given["group"],
        since=given["since"],
        until=given["until"],
        has_private_notes=given["private_notes"],
    )
    export = Export(kind)
    name = file_stem(f"{given['group'] or cohort} {export}")
    return StreamingHttpResponse(
        csv_lines(header(export, chosen), rows(export, chosen)),
        content_type=CONTENT_TYPE,
        headers={"Content-Disposition": content_disposition_header(True, f"{name}.csv") or ""},
    )
