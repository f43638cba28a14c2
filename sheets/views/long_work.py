"""Answers requests that take long with a page that says so, and goes on when the work is done."""

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect, StreamingHttpResponse
from django.template.loader import render_to_string
from django.utils.html import format_html

from sheets.actions.confirm import ConfirmError
from sheets.actions.undo import UndoError
from sheets.models import SheetImport

# Files of more bytes in total take seconds to import.
_LONG = 150_000
_RESULT = "<!-- result -->"
# Browsers wait for some bytes before they show anything.
_PADDING = " " * 1_024


def answer_with(
    request: HttpRequest,
    sheet_import: SheetImport,
    work: Callable[[], object],
    *,
    title: str,
    then: Callable[[], str],
    on_refusal: Callable[[], object] = lambda: None,
) -> HttpResponseBase:
    """Do the work and redirect; if it takes long, send the page that waits for it first.

    The work is one call: nothing is sent, and so no transaction is open, in the middle of it.

    Args:
        then: returns the address to go to, called when the work is done.
        on_refusal: called if the work was refused and nothing was written.
    """

    def refusal() -> str:
        try:
            work()
        except (ConfirmError, UndoError) as error:
            on_refusal()
            return str(error)
        return ""

    if sum(sheet_import.files.values_list("size", flat=True)) > _LONG:
        context = {"title": title, "result": _RESULT}
        page = render_to_string("sheets/working.html", context, request=request)
        response = StreamingHttpResponse(_parts(page, refusal, then))
        # Keep proxies from buffering the page.
        response["X-Accel-Buffering"] = "no"
        response["Cache-Control"] = "no-store"
        return response
    if refused := refusal():
        messages.error(request, refused)
    return HttpResponseRedirect(then())


def _parts(page: str, refusal: Callable[[], str], then: Callable[[], str]) -> Iterator[str]:
    before, _, after = page.partition(_RESULT)
    yield before + _PADDING
    refused = refusal()
    if refused:
        # People read why before they go on.
        yield format_html('<p role="alert"><strong>{}</strong></p>', refused)
    follow = "" if refused else "data-follow"
    yield format_html('<p><a class="btn btn-primary" {} href="{}">Continue</a></p>', follow, then())
    yield after
