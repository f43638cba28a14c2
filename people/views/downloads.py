from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from lib.requests import HtmxRequest
from people.access import Audience, audience


@audience(Audience.PERSON)
@require_safe
def download(request: HtmxRequest) -> HttpResponse:
    """The page on which a download starts that was opened while signed out: a browser shows no page for a file."""
    file = request.GET.get("file", "")
    if not leads_to_download(file):
        raise Http404
    # Starts it by itself, and stays on this page.
    response = render(request, "people/download.html", {"file": file})
    response["Refresh"] = f"0; url={file}"
    return response


def leads_to_download(address: str) -> bool:
    try:
        view = resolve(address.partition("?")[0]).func
    except Resolver404:
        return False
    is_of_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return is_of_ours and address.isprintable() and getattr(view, "is_download", False)
