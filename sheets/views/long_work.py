"""Answers requests that take long with a page that shows progress while the work is done."""

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html

from sheets.actions.confirm import ConfirmError
from sheets.actions.undo import UndoError
from sheets.matching.plan import Work, WorkStep, finished
from sheets.models import SheetImport

# Files of more bytes in total take seconds to import.
_LONG = 150_000
_HERE = "<!-- steps -->"
_THERE = "<!-- way on -->"
# Browsers wait for some bytes before they show anything.
_SOME = " " * 1_024


def is_long(sheet_import: SheetImport) -> bool:
    return sum(sheet_import.files.values_list("size", flat=True)) > _LONG


def answer_with(
    request: HttpRequest,
    sheet_import: SheetImport,
    work: Work[SheetImport],
    *,
    title: str,
    then: Callable[[], str],
    on_refusal: Callable[[], object] = lambda: None,
) -> HttpResponseBase:
    """Do the work and redirect; if it takes long, stream a page with its steps first.

    Args:
        then: returns the address to go to, called when the work is done.
        on_refusal: called if the work was refused and nothing was written.
    """
    if is_long(sheet_import):
        context = {"title": title, "here": _HERE, "there": _THERE}
        page = render_to_string("sheets/working.html", context, request=request)
        response = StreamingHttpResponse(_steps(work, page, then, on_refusal))
        # Keep proxies from buffering the page.
        response["X-Accel-Buffering"] = "no"
        response["Cache-Control"] = "no-store"
        return response
    try:
        finished(work)
    except (ConfirmError, UndoError) as error:
        on_refusal()
        messages.error(request, str(error))
    return HttpResponseRedirect(then())


def _steps(
    work: Work[SheetImport],
    page: str,
    then: Callable[[], str],
    on_refusal: Callable[[], object],
) -> Iterator[str]:
    before, _, rest = page.partition(_HERE)
    between, _, after = rest.partition(_THERE)
    yield before + _SOME
    refusal = ""
    try:
        shown = WorkStep("", 0, 0)
        for step in work:
            # At most ten lines per step: a page cannot show thousands.
            if step.label != shown.label or (step.done - shown.done) * 10 >= step.total:
                shown = step
                yield _line(step)
    except (ConfirmError, UndoError) as error:
        on_refusal()
        refusal = str(error)
    if refusal:
        yield format_html('<li role="alert"><strong>{}</strong></li>', refusal)
        yield between + format_html('<p><a class="btn btn-primary" href="{}">Continue</a></p>', then())
    else:
        yield between + format_html(
            '<p><a class="btn btn-primary" data-follow href="{}">Continue</a></p>', then()
        )
    yield after


def _line(step: WorkStep) -> str:
    if step.total > 1:
        return format_html("<li>{}: {} of {}</li>\n", step.label, f"{step.done:,}", f"{step.total:,}")
    return format_html("<li>{}</li>\n", step.label)
