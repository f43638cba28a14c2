from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.models import Cohort, Course
from groups.access import cohort_to_administer, course_to_administer, refuse_if_closed
from groups.tabs import cohort_tabs, course_tabs
from lib.editing import status_of
from lib.requests import HtmxRequest
from people.access import Audience, audience, download, signed_in
from people.models import User
from people.saved_once import say_saved
from sheets.access import import_to_administer, import_to_go_on_with
from sheets.actions.confirm import confirm
from sheets.actions.correct import correct
from sheets.actions.discard import discard
from sheets.actions.preview import preview
from sheets.actions.undo import undo
from sheets.actions.upload import upload
from sheets.dashboards.imports import counted, import_list_page, import_page, start_day_lines
from sheets.dashboards.unreadable import unreadable_file
from sheets.forms.columns import ColumnsForm
from sheets.forms.start_days import StartDaysForm
from sheets.forms.upload import UploadForm
from sheets.models import SheetImport
from sheets.reading import UnreadableFile
from sheets.views.long_work import answer_with

Kind = SheetImport.Kind


@audience(Audience.COURSE_ADMIN)
@require_safe
def import_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    cohort = cohort_to_administer(signed_in(request), cohort_id, timezone.now())
    page = import_list_page(SheetImport.objects.filter(cohort=cohort), request.GET.get("page"))
    context = {"cohort": cohort, "page": page, "tabs": cohort_tabs(cohort, "Import")}
    return render(request, "sheets/import_list.html", context)


@audience(Audience.COURSE_ADMIN)
@require_safe
def course_import_list(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_to_administer(signed_in(request), slug, timezone.now())
    imports = SheetImport.objects.filter(course=course, cohort=None)
    page = import_list_page(imports, request.GET.get("page"))
    context = {"course": course, "page": page, "tabs": course_tabs(course, "Import")}
    return render(request, "sheets/course_import_list.html", context)


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_give(request: HtmxRequest, cohort_id: int, kind: str) -> HttpResponseBase:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    if kind not in (Kind.ROSTER, Kind.SHEET):
        raise Http404
    return _give(request, Kind(kind), cohort.course, cohort, user, now)


@audience(Audience.COURSE_ADMIN)
@require_safe
def enrol_several(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    """Lead on from where lists were pasted once."""
    cohort = cohort_to_administer(signed_in(request), cohort_id, timezone.now())
    return redirect("sheets:import-give", cohort.pk, Kind.ROSTER)


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def course_import_give(request: HtmxRequest, slug: str, kind: str) -> HttpResponseBase:
    now = timezone.now()
    user = signed_in(request)
    course = course_to_administer(user, slug, now)
    if kind not in (Kind.OUTLINE, Kind.MATERIALS):
        raise Http404
    return _give(request, Kind(kind), course, None, user, now)


def _give(
    request: HtmxRequest, kind: Kind, course: Course, cohort: Cohort | None, by: User, at: datetime
) -> HttpResponseBase:
    form = UploadForm(kind, request.POST, request.FILES) if request.method == "POST" else UploadForm(kind)
    if form.is_valid():
        try:
            sheet_import = upload(
                kind=kind,
                course=course,
                cohort=cohort,
                files=form.uploaded(),
                by=by,
                at=at,
                starts_on=form.cleaned_data.get("starts_on"),
                is_inviting=form.cleaned_data.get("is_inviting", False),
            )
        except UnreadableFile as error:
            form.add_error("uploads", str(error))
        else:
            answer = answer_with(
                request,
                sheet_import,
                lambda: preview(sheet_import=sheet_import, at=at),
                title="Reading your files",
                then=lambda: _next_page(sheet_import),
            )
            return say_saved(request, answer)
    context = {"form": form, "kind": kind, "course": course, "cohort": cohort, "step": 1}
    return render(request, "sheets/import_give.html", context)


def _next_page(sheet_import: SheetImport) -> str:
    """The columns page if there are columns or questions, else the preview."""
    understood = sheet_import.understood
    if understood.get("tables") or understood.get("questions"):
        return reverse("sheets:import-columns", args=[sheet_import.pk])
    return sheet_import.get_absolute_url()


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HtmxRequest, import_id: int) -> HttpResponseBase:
    now = timezone.now()
    sheet_import = import_to_go_on_with(signed_in(request), import_id, now)
    if not sheet_import.is_open:
        return redirect(sheet_import)
    form = ColumnsForm(sheet_import, request.POST if request.method == "POST" else None)
    if form.is_valid():
        return answer_with(
            request,
            sheet_import,
            lambda: correct(sheet_import=sheet_import, options=form.options(), at=now),
            title="Comparing with Trefoil",
            then=sheet_import.get_absolute_url,
        )
    return render(request, "sheets/import_columns.html", {"import": sheet_import, "form": form, "step": 2})


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_days(request: HtmxRequest, import_id: int) -> HttpResponseBase:
    """From when the new people of an import count."""
    now = timezone.now()
    sheet_import = import_to_go_on_with(signed_in(request), import_id, now)
    if not sheet_import.is_open or sheet_import.cohort is None:
        return redirect(sheet_import)
    page = start_day_lines(sheet_import, request.GET.get("page"))
    data = request.POST if request.method == "POST" else None
    form = StartDaysForm(sheet_import, page, sheet_import.cohort.today(now), data)
    if form.is_valid():
        return answer_with(
            request,
            sheet_import,
            lambda: correct(sheet_import=sheet_import, options=form.options(), at=now),
            title="Comparing with Trefoil",
            then=sheet_import.get_absolute_url,
        )
    context = {"import": sheet_import, "form": form, "page": page, "step": 3}
    return render(request, "sheets/import_days.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_safe
def import_detail(request: HtmxRequest, import_id: int) -> HttpResponse:
    now = timezone.now()
    sheet_import = import_to_administer(signed_in(request), import_id, now)
    shown = import_page(sheet_import, request.GET.get("verdict", ""), request.GET.get("page"), now)
    context = {"import": sheet_import, "shown": shown, "step": 3 if sheet_import.is_open else 4}
    return render(request, "sheets/import_detail.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
def import_confirm(request: HtmxRequest, import_id: int) -> HttpResponseBase:
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_go_on_with(user, import_id, now)
    return answer_with(
        request,
        sheet_import,
        lambda: confirm(sheet_import=sheet_import, by=user, at=now),
        title="Importing",
        then=sheet_import.get_absolute_url,
        on_refusal=lambda: _renew_preview(sheet_import),
    )


def _renew_preview(sheet_import: SheetImport) -> None:
    now = SheetImport.objects.select_related("course", "cohort__course").filter(pk=sheet_import.pk).first()
    if now is not None and now.is_open:
        preview(sheet_import=now, at=timezone.now())


@audience(Audience.COURSE_ADMIN)
@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HtmxRequest, import_id: int) -> HttpResponseBase:
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_administer(user, import_id, now)
    if sheet_import.state != SheetImport.State.CONFIRMED or not sheet_import.has_rows(now):
        return redirect(sheet_import)
    if request.method == "POST":
        return answer_with(
            request,
            sheet_import,
            lambda: undo(sheet_import=sheet_import, by=user, at=now),
            title="Undoing the import",
            then=sheet_import.get_absolute_url,
        )
    text = (
        f"It wrote: {counted(sheet_import)}. All of that goes back to what it was before, unless someone has changed or"
        " used it since. Then nothing is undone, and you are told what it was."
    )
    if sheet_import.cohort_id:
        text += " Accounts that people have signed in to stay."
    return render(request, "sheets/import_undo.html", {"import": sheet_import, "text": text})


@audience(Audience.COURSE_ADMIN)
@require_POST
def import_discard(request: HtmxRequest, import_id: int) -> HttpResponse:
    sheet_import = import_to_administer(signed_in(request), import_id, timezone.now())
    if not discard(sheet_import=sheet_import):
        messages.error(request, "This has already been imported. Undo the import instead.")
        return redirect(sheet_import)
    messages.success(request, "Discarded. Nothing was imported.")
    if sheet_import.cohort_id:
        return redirect("sheets:import-list", sheet_import.cohort_id)
    return redirect("sheets:course-import-list", sheet_import.course.slug)


@audience(Audience.COURSE_ADMIN)
@download
@require_safe
def import_unreadable(request: HtmxRequest, import_id: int) -> HttpResponse:
    sheet_import = import_to_administer(signed_in(request), import_id, timezone.now())
    file = unreadable_file(sheet_import)
    if file is None:
        raise Http404
    response = HttpResponse(file.content, content_type=file.content_type)
    response["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return response
