from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from courses.models import Cohort
from groups.access import cohort_to_administer
from groups.tabs import cohort_tabs
from lib.requests import HtmxRequest
from people.access import Audience, audience, signed_in
from sheets.forms.exports import CsvForm, WorkbooksForm


@audience(Audience.COURSE_ADMIN)
@require_safe
def export(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Show what of a cohort can be exported, and the filters."""
    cohort = cohort_to_administer(signed_in(request), cohort_id, timezone.now())
    return export_page(request, cohort)


def export_page(
    request: HtmxRequest,
    cohort: Cohort,
    *,
    books: WorkbooksForm | None = None,
    csv: CsvForm | None = None,
) -> HttpResponse:
    """The page, with a form that was filled in and does not fit, if any."""
    context = {
        "cohort": cohort,
        "tabs": cohort_tabs(cohort, "Export"),
        "books": books or WorkbooksForm(cohort, auto_id="books-%s"),
        "csv": csv or CsvForm(cohort, auto_id="csv-%s"),
    }
    return render(request, "sheets/export.html", context, status=422 if books or csv else 200)
