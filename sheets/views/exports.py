from collections.abc import Sequence
from typing import TypedDict

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Cohort
from groups.access import cohort_to_administer, group_to_lead
from groups.models import Group
from lib.csv_lines import CONTENT_TYPE as CSV_CONTENT_TYPE
from lib.csv_lines import csv_lines
from lib.requests import HtmxRequest
from people.access import Audience, audience, download, signed_in
from people.actions.limits import TooOftenError
from people.audit import note
from sheets.access import groups_led, sheet_address_to_read
from sheets.actions.sheet_addresses import note_reading, renew_address
from sheets.dashboards.export_rows import LedGroupIds
from sheets.dashboards.exports import ExportFilter, ExportKind, header, rows
from sheets.dashboards.group_workbooks import group_workbooks
from sheets.dashboards.living import living_sheet
from sheets.forms.exports import AddressForm, CsvForm, WorkbookForm, WorkbooksForm
from sheets.models import SheetAddress
from sheets.writing import archive, workbook
from sheets.writing.archive import file_stem
from tracker.access.written_about import check_ins_about

# A list of more names is no help.
_MOST_SUGGESTED = 40


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Offer files; make an address for spreadsheets and show it in this answer only, or it would be kept somewhere."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    address_form = AddressForm(request.POST or None)
    link = ""
    if address_form.is_valid():
        key = renew_address(cohort=cohort, kind=address_form.cleaned_data["kind"], by=user, at=now)
        link = f"{settings.SITE_URL}{reverse('sheets:sheet-csv', args=[key])}"
    return export_page(request, cohort, address_form=address_form, link=link)


def export_page(
    request: HtmxRequest,
    cohort: Cohort,
    form: CsvForm | None = None,
    address_form: AddressForm | None = None,
    link: str = "",
) -> HttpResponse:
    names = list(cohort.groups.in_order().values_list("name", flat=True)[: _MOST_SUGGESTED + 1])
    context = {
        "cohort": cohort,
        "names": names if len(names) <= _MOST_SUGGESTED else (),
        "form": form or CsvForm(cohort),
        "address_form": address_form or AddressForm(),
        "link": link,
        "addresses": SheetAddress.objects.working()
        .filter(cohort=cohort)
        .select_related("person")
        .order_by("kind", "made_at"),
    }
    return render(request, "sheets/export.html", context, status=422 if form else 200)


@audience(Audience.COURSE_ADMIN)
@require_POST
def sheet_address_remove(request: HtmxRequest, cohort_id: int, address_id: int) -> HttpResponse:
    """Also of another course admin, and of an archived cohort, which is read as before."""
    cohort = cohort_to_administer(signed_in(request), cohort_id, timezone.now(), also_archived=True)
    if SheetAddress.objects.filter(cohort=cohort, pk=address_id).delete()[0]:
        note(f"removed spreadsheet address {address_id}")
    messages.success(request, "Removed. Spreadsheets can no longer read from this address.")
    return redirect("sheets:export", cohort.pk)


@audience(Audience.ANYBODY)
@login_not_required
@require_safe
def sheet_csv(request: HtmxRequest, key: str) -> HttpResponseBase:
    """The figures themselves, for programs: whoever has the key may read them."""
    now = timezone.now()
    address = sheet_address_to_read(key)
    try:
        note_reading(address=address, at=now)
    except TooOftenError as error:
        return HttpResponse(str(error), status=429, content_type="text/plain; charset=utf-8")
    names, rows_read = living_sheet(address, now)
    return StreamingHttpResponse(
        csv_lines(names, rows_read, has_mark=False),
        content_type=CSV_CONTENT_TYPE,
        headers={"Content-Disposition": 'inline; filename="trefoil.csv"'},
    )


@audience(Audience.COURSE_ADMIN)
@download
@require_safe
def export_csv(request: HtmxRequest, cohort_id: int, kind: str) -> HttpResponseBase:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    if kind not in set(ExportKind):
        raise Http404
    form = CsvForm(cohort, request.GET)
    if not form.is_valid():
        return export_page(request, cohort, form)
    cleaned = form.cleaned_data
    chosen = ExportFilter(
        cohort=cohort,
        group=cleaned["group"],
        since=cleaned["since"],
        until=cleaned["until"],
        has_private_notes=cleaned["private_notes"],
        masked=check_ins_about(user, now),
    )
    export = ExportKind(kind)
    name = file_stem(f"{cleaned['group'] or cohort} {export}")
    return StreamingHttpResponse(
        csv_lines(header(export, chosen), rows(export, chosen)),
        content_type=CSV_CONTENT_TYPE,
        headers=_attachment(f"{name}.csv"),
    )


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@download
@require_safe
def export_workbook(request: HtmxRequest, group_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    access = group_to_lead(user, group_id, now)
    form = WorkbookForm(request.GET)
    has_private_notes = form.is_valid() and form.cleaned_data["private_notes"]
    options: _Options = {
        "has_private_notes": has_private_notes,
        "led": None if access.is_course_admin else groups_led(user, now),
        "masked": check_ins_about(user, now),
    }
    return _workbook_response(access.group.cohort, access.group, options)


@audience(Audience.COURSE_ADMIN)
@download
@require_safe
def export_workbooks(request: HtmxRequest, cohort_id: int) -> HttpResponseBase:
    """Send a ZIP with one workbook per group, or one workbook if a group is chosen."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    form = WorkbooksForm(cohort, request.GET)
    if not form.is_valid():
        return export_page(request, cohort, CsvForm(cohort, request.GET))
    group = form.cleaned_data["group"]
    options: _Options = {
        "has_private_notes": form.cleaned_data["private_notes"],
        "led": None,
        "masked": check_ins_about(user, now),
    }
    if group is not None:
        return _workbook_response(cohort, group, options)
    return _archive_response(cohort, list(cohort.groups.in_order()), options)


class _Options(TypedDict):
    """What the reader gets: the arguments of `group_workbooks`."""

    has_private_notes: bool
    led: LedGroupIds
    masked: frozenset[int]


def _workbook_response(cohort: Cohort, group: Group, options: _Options) -> HttpResponse:
    today = cohort.working_day(timezone.now())
    file = next(group_workbooks(cohort=cohort, groups=[group], today=today, **options))
    return HttpResponse(file.content, content_type=workbook.CONTENT_TYPE, headers=_attachment(file.name))


def _archive_response(cohort: Cohort, groups: Sequence[Group], options: _Options) -> StreamingHttpResponse:
    today = cohort.working_day(timezone.now())
    files = group_workbooks(cohort=cohort, groups=groups, today=today, **options)
    parts = archive.archive_parts((file.name, file.content) for file in files)
    return StreamingHttpResponse(
        parts,
        content_type=archive.CONTENT_TYPE,
        headers=_attachment(f"{file_stem(cohort.title)}.zip"),
    )


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition_header(True, name) or ""}
