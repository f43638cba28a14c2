from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from courses.models import Cohort, Course
from groups.access import cohort_to_administer, course_to_administer, refuse_if_closed
from lib.editing import status_of
from lib.pages import LINES, page_of
from lib.refusals import acting
from lib.requests import HtmxRequest, form_page, leave_for
from people.access import Audience, audience, signed_in
from people.models import User
from people.saved_once import say_saved
from sheets.access import import_to_administer, import_to_go_on_with
from sheets.actions.correct import choose, correct
from sheets.actions.delete import delete_import
from sheets.actions.jobs import ask_for
from sheets.actions.preview import look
from sheets.actions.upload import upload
from sheets.actions.working import work_on
from sheets.dashboards.imports import WRITTEN, ImportPage, counted
from sheets.forms.start_days import StartDaysForm
from sheets.forms.tabs import TabsForm
from sheets.forms.upload import UploadForm
from sheets.models import ImportJob, SheetImport
from sheets.models.sheet_import import SheetImportQuerySet

Kind = SheetImport.Kind
Work = ImportJob.Work


@audience(Audience.COURSE_ADMIN)
@require_safe
def import_list(request: HtmxRequest, cohort_id: int) -> HttpResponse:
    now = timezone.now()
    cohort = cohort_to_administer(signed_in(request), cohort_id, now)
    imports = SheetImport.objects.filter(cohort=cohort)
    context = {"cohort": cohort, **cohort.state_on(cohort.today(now)), **_listed(request, imports)}
    return render(request, "sheets/import_list.html", context)


def _listed(request: HtmxRequest, imports: SheetImportQuerySet) -> dict[str, object]:
    page = page_of(request.GET, imports.newest_first().with_file_count())
    return {"page": page, "lines": [(sheet_import, counted(sheet_import)) for sheet_import in page]}


@audience(Audience.COURSE_ADMIN)
@require_safe
def course_import_list(request: HtmxRequest, slug: str) -> HttpResponse:
    course = course_to_administer(signed_in(request), slug, timezone.now())
    imports = SheetImport.objects.filter(course=course, cohort=None)
    context = {"course": course, **_listed(request, imports)}
    return render(request, "sheets/course_import_list.html", context)


@audience(Audience.COURSE_ADMIN)
@form_page
def import_give(request: HtmxRequest, cohort_id: int, kind: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    cohort = cohort_to_administer(user, cohort_id, now)
    refuse_if_closed(user, cohort, now)
    if kind not in (Kind.ROSTER, Kind.SHEET):
        raise Http404
    return _give(request, Kind(kind), cohort.course, cohort, user, now)


@audience(Audience.COURSE_ADMIN)
@form_page
def course_import_give(request: HtmxRequest, slug: str, kind: str) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    course = course_to_administer(user, slug, now)
    if kind not in (Kind.OUTLINE, Kind.MATERIALS):
        raise Http404
    return _give(request, Kind(kind), course, None, user, now)


def _give(
    request: HtmxRequest, kind: Kind, course: Course, cohort: Cohort | None, by: User, at: datetime
) -> HttpResponse:
    form = UploadForm(kind, request.POST, request.FILES) if request.method == "POST" else UploadForm(kind)
    if form.is_valid():
        with acting(request, form, field="uploads"):
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
            return say_saved(request, do_or_ask_for(Work.READ, sheet_import, request, by, at))
    context = {"form": form, "kind": kind, "course": course, "cohort": cohort, "step": 1}
    return render(request, "sheets/import_give.html", context)


def do_or_ask_for(
    work: Work, sheet_import: SheetImport, request: HtmxRequest, by: User, at: datetime
) -> HttpResponse:
    """Do it and lead on from it, or, if that would take long, let the worker do it and lead to where one waits."""
    with acting(request):
        if sheet_import.is_long:
            ask_for(work=work, sheet_import=sheet_import, by=by, at=at)
            return redirect("sheets:import-work", sheet_import.pk)
        work_on(work=work, sheet_import=sheet_import, by=by, at=at)
        if work == Work.READ:
            return redirect(next_page(sheet_import))
    return redirect(sheet_import)


def next_page(sheet_import: SheetImport) -> str:
    """Return the page of what is what until somebody has checked it, then that of the import."""
    is_read = sheet_import.state == SheetImport.State.PREVIEWED
    has_tabs = sheet_import.tabs or sheet_import.questions
    if is_read and has_tabs and not sheet_import.options.get("is_checked", "days" in sheet_import.options):
        return reverse("sheets:import-tabs", args=[sheet_import.pk])
    return sheet_import.get_absolute_url()


@audience(Audience.COURSE_ADMIN)
@form_page
def import_tabs(request: HtmxRequest, import_id: int) -> HttpResponse:
    """Choose the meaning of each tab, column and mark. A choice is kept as it is made, and its result shows at once."""
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_go_on_with(user, import_id, now)
    if not sheet_import.is_open or sheet_import.is_worked_on:
        return leave_for(request, sheet_import.get_absolute_url())
    form = TabsForm(sheet_import, request.POST if request.method == "POST" else None)
    is_valid = form.is_valid()
    if request.htmx and form.is_bound and sheet_import.shows_at_once:
        if not look(sheet_import=sheet_import, options=form.options(is_checked=False), at=now):
            return HttpResponseClientRefresh()
        form = TabsForm(sheet_import)
    elif is_valid:
        asked = {question["key"] for question in form.questions}
        correct(sheet_import=sheet_import, options=form.options())
        response = do_or_ask_for(Work.READ, sheet_import, request, user, now)
        is_new = any(question["key"] not in asked for question in sheet_import.questions)
        return redirect("sheets:import-tabs", import_id) if is_new and not sheet_import.is_long else response
    return render(request, "sheets/import_tabs.html", {"import": sheet_import, "form": form, "step": 2})


@audience(Audience.COURSE_ADMIN)
@form_page
def import_days(request: HtmxRequest, import_id: int) -> HttpResponse:
    """Choose the first day of an import's new people."""
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_go_on_with(user, import_id, now)
    if not sheet_import.is_open or sheet_import.cohort is None or sheet_import.is_worked_on:
        return redirect(sheet_import)
    # The lines that make somebody a student, member or mentor.
    page = page_of(request.GET, sheet_import.lines.exclude(starts_on=None).in_order(), LINES)
    data = request.POST if request.method == "POST" else None
    form = StartDaysForm(sheet_import, page, sheet_import.cohort.today(now), data)
    if form.is_valid():
        correct(sheet_import=sheet_import, options=form.options())
        return do_or_ask_for(Work.READ, sheet_import, request, user, now)
    context = {"import": sheet_import, "form": form, "page": page, "step": 3}
    return render(request, "sheets/import_days.html", context, status=status_of(form))


@audience(Audience.COURSE_ADMIN)
@require_safe
def import_detail(request: HtmxRequest, import_id: int) -> HttpResponse:
    now = timezone.now()
    sheet_import = import_to_administer(signed_in(request), import_id, now)
    if sheet_import.is_worked_on:
        return redirect("sheets:import-work", import_id)
    shown = ImportPage(sheet_import, request.GET.get("verdict", ""), request.GET, now)
    context = {"import": sheet_import, "shown": shown, "step": 3 if sheet_import.is_open else 4}
    return render(request, "sheets/import_detail.html", context)


@audience(Audience.COURSE_ADMIN)
@require_POST
def import_confirm(request: HtmxRequest, import_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_go_on_with(user, import_id, now)
    if not sheet_import.is_open:
        messages.error(request, "There is nothing to confirm: it was already imported.")
        return redirect(sheet_import)
    choose(sheet_import=sheet_import, taken=set(request.POST.getlist("take")))
    return do_or_ask_for(Work.CONFIRM, sheet_import, request, user, now)


@audience(Audience.COURSE_ADMIN)
@require_POST
def import_read(request: HtmxRequest, import_id: int) -> HttpResponse:
    """Read the files again, where that was cancelled or broke off."""
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_go_on_with(user, import_id, now)
    if not sheet_import.is_open:
        return redirect(sheet_import)
    return do_or_ask_for(Work.READ, sheet_import, request, user, now)


@audience(Audience.COURSE_ADMIN)
@form_page
def import_undo(request: HtmxRequest, import_id: int) -> HttpResponse:
    now = timezone.now()
    user = signed_in(request)
    sheet_import = import_to_administer(user, import_id, now)
    if sheet_import.state != SheetImport.State.CONFIRMED or not sheet_import.has_rows(now):
        return redirect(sheet_import)
    if request.method == "POST":
        return do_or_ask_for(Work.UNDO, sheet_import, request, user, now)
    text = (
        f"It wrote: {counted(sheet_import, WRITTEN)}. All of that goes back to what it was before, unless someone has"
        " changed or used it since. Then nothing is undone, and you are told what it was."
    )
    if sheet_import.cohort_id:
        text += " Accounts that people have signed in to stay."
    return render(request, "sheets/import_undo.html", {"import": sheet_import, "text": text})


@audience(Audience.COURSE_ADMIN)
@require_POST
def import_delete(request: HtmxRequest, import_id: int) -> HttpResponse:
    sheet_import = import_to_administer(signed_in(request), import_id, timezone.now())
    if not delete_import(sheet_import=sheet_import):
        messages.error(request, "This has already been imported. Undo the import instead.")
        return redirect(sheet_import)
    messages.success(request, "Deleted. Nothing was imported.")
    if sheet_import.cohort_id:
        return redirect("sheets:import-list", sheet_import.cohort_id)
    return redirect("sheets:course-import-list", sheet_import.course.slug)
