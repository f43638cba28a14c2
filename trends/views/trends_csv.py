from django.http import Http404, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from lib.csv_lines import CONTENT_TYPE, csv_lines
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from trends import panels as dashboard
from trends.access.trends import trends_access
from trends.panels_page.csv_rows import PANELS, file_name

# A thousand years: all of them.
MOST_WEEKS = 52_000


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@require_safe
def trends_csv(request: HtmxRequest, slug: str, panel: str) -> HttpResponseBase:
    """Send the table of a panel of the trends as CSV, under the filters of the address."""
    courses = dashboard.courses_with_choices(request.GET)
    access = trends_access(signed_in(request), slug, timezone.now(), courses=courses)
    if panel not in PANELS:
        raise Http404
    found = dashboard.trends(access=access, address=request.GET, weeks_shown=MOST_WEEKS)
    if found.form.errors:
        # A file could not say what is wrong with a filter; the page does, beside it.
        page = reverse("trends:trends", args=[slug])
        return redirect(f"{page}?{request.GET.urlencode()}")
    head, rows = PANELS[panel]
    return StreamingHttpResponse(
        csv_lines(head, rows(found)),
        content_type=CONTENT_TYPE,
        headers={
            "Content-Disposition": content_disposition_header(True, f"{file_name(found, panel)}.csv") or ""
        },
    )
