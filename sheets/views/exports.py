from collections.abc import Iterator, Sequence
from datetime import datetime

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
from lib.archive import CONTENT_TYPE, file_stem
from lib.csv_lines import CONTENT_TYPE as CSV_CONTENT_TYPE
from lib.csv_lines import csv_lines
from lib.refusals import Refused
from lib.requests import HtmxRequest
from people.access import Audience, audience, download, signed_in
from people.audit import record
from people.models import Deed, User
from questions.access.questions import reader
from sheets.access import may_read, sheet_address_to_read, workbooks_of
from sheets.actions.jobs import ask_for_workbooks
from sheets.actions.sheet_addresses import note_reading, renew_address
from sheets.dashboards.exports import CohortExport, ExportKind, file_of
from sheets.dashboards.group_workbooks import group_workbooks
from sheets.dashboards.living import living_sheet
from sheets.forms.exports import AddressForm, WorkbookForm, WorkbooksForm
from sheets.models import SheetAddress
from sheets.views.import_work import how_far
from sheets.writing import workbook
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
    formula = f'=IMPORTDATA("{link}")'
    return export_page(request, cohort, now, address_form=address_form, link=link, formula=formula)


def export_page(
    request: HtmxRequest, cohort: Cohort, now: datetime, *, status: int = 200, **shown: object
) -> HttpResponse:
    """Show the page; `shown` takes the place of an empty form."""
    names = list(cohort.groups.in_order().values_list("name", flat=True)[: _MOST_SUGGESTED + 1])
    context = {
        "cohort": cohort,
        **cohort.state_on(cohort.today(now)),
        "names": names if len(names) <= _MOST_SUGGESTED else (),
        "form": WorkbooksForm(cohort),
        "all_form": WorkbookForm(auto_id="all_%s"),
        **_all_workbooks(signed_in(request), cohort, now),
        "csv_form": WorkbookForm(auto_id="csv_%s"),
        "address_form": AddressForm(),
        "addresses": SheetAddress.objects.working()
        .filter(cohort=cohort)
        .select_related("person")
        .order_by("kind", "made_at"),
        **shown,
    }
    return render(request, "sheets/export.html", context, status=status)


@audience(Audience.COURSE_ADMIN)
@require_POST
def sheet_address_remove(request: HtmxRequest, cohort_id: int, address_id: int) -> HttpResponse:
    """Also of another course admin."""
    user, now = signed_in(request), timezone.now()
    cohort = cohort_to_administer(user, cohort_id, now)
    if SheetAddress.objects.filter(cohort=cohort, pk=address_id).delete()[0]:
        done = "removed an address for spreadsheets of {thing}"
        record(Deed.Kind.ADDRESS, done, thing=cohort, by=user, at=now)
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
    except Refused as refused:
        return HttpResponse(str(refused), status=429, content_type="text/plain; charset=utf-8")
    return StreamingHttpResponse(
        csv_lines(*living_sheet(address, now), has_mark=False),
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
    export = ExportKind(kind)
    chosen = CohortExport(
        cohort, has_private_notes=_has_private_notes(request), masked=check_ins_about(user, now)
    )
    _record(export, cohort, user, now)
    name = file_stem(f"{cohort} {export}")
    return StreamingHttpResponse(
        csv_lines(*file_of(export, chosen)),
        content_type=CSV_CONTENT_TYPE,
        headers=_attachment(f"{name}.csv"),
    )


@audience(Audience.MENTOR, Audience.COURSE_ADMIN)
@download
@require_safe
def export_workbook(request: HtmxRequest, group_id: int) -> HttpResponse:
    user, now = signed_in(request), timezone.now()
    access = group_to_lead(user, group_id, now)
    _record("the workbook of a group", access.group.cohort, user, now)
    return _workbook_response(*next(_workbooks(request, access.group.cohort, [access.group])))


@audience(Audience.COURSE_ADMIN)
@download
@require_http_methods(["GET", "HEAD", "POST"])
def export_workbooks(request: HtmxRequest, cohort_id: int) -> HttpResponseBase:
    """Send the workbook of a group, or a ZIP of all once the worker has made it; let it make them."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now, also_archived=True)
    if request.method == "POST":
        private_notes = "private_notes" in request.POST
        ask_for_workbooks(cohort=cohort, has_private_notes=private_notes, by=user, at=now)
        return redirect(f"{reverse('sheets:export', args=[cohort.pk])}#all-workbooks")
    form = WorkbooksForm(cohort, request.GET)
    if not form.is_valid():
        return export_page(request, cohort, now, status=422, form=form)
    group = form.cleaned_data["group"]
    if group is not None:
        _record("the workbook of a group", cohort, user, now)
        return _workbook_response(*next(_workbooks(request, cohort, [group])))
    archive = workbooks_of(user, cohort, now)
    if archive is None or not may_read(archive, now):
        form.add_error(
            "group",
            "Enter the name of a group. All workbooks are made first, and anew if your rights change.",
        )
        return export_page(request, cohort, now, status=422, form=form)
    _record("all workbooks", cohort, user, now)
    name = f"{file_stem(cohort.title)}.zip"
    return HttpResponse(bytes(archive.content), content_type=CONTENT_TYPE, headers=_attachment(name))


def _record(what: str, cohort: Cohort, by: User, at: datetime) -> None:
    done = f"exported {what} of {{thing}}"
    record(Deed.Kind.EXPORT, done, thing=cohort, by=by, at=at)


@audience(Audience.COURSE_ADMIN)
@require_safe
def export_work(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """How far all workbooks are, for the page of exports, which asks again by itself."""
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    if not request.htmx:
        return redirect("sheets:export", cohort.pk)
    shown = _all_workbooks(user, cohort, now)
    if shown["said"] and request.GET.get("said") == shown["said"]:
        return HttpResponse(status=204)
    return render(request, "sheets/_workbooks.html", {"cohort": cohort, **shown})


def _all_workbooks(user: User, cohort: Cohort, now: datetime) -> dict[str, object]:
    archive = workbooks_of(user, cohort, now)
    job = getattr(archive, "job", None)
    said = how_far(job, now) if job is not None and not job.why_ended else ""
    return {"archive": archive, "job": job, "said": said}


def _workbooks(request: HtmxRequest, cohort: Cohort, groups: Sequence[Group]) -> Iterator[tuple[str, bytes]]:
    user, now = signed_in(request), timezone.now()
    return group_workbooks(
        cohort=cohort,
        groups=groups,
        today=cohort.working_day(now),
        has_private_notes=_has_private_notes(request),
        reader=reader(user, now),
        masked=check_ins_about(user, now),
    )


def _has_private_notes(request: HtmxRequest) -> bool:
    form = WorkbookForm(request.GET)
    return form.is_valid() and bool(form.cleaned_data["private_notes"])


def _workbook_response(name: str, content: bytes) -> HttpResponse:
    return HttpResponse(content, content_type=workbook.CONTENT_TYPE, headers=_attachment(name))


def _attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": content_disposition_header(True, name) or ""}
