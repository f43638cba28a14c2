from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """Adds the attribute of django-htmx for type checkers."""

    htmx: HtmxDetails


def form_page[View: Callable[..., object]](view: View) -> View:
    """Declare that the page is nothing but a form, and takes what is sent of it: of what is archived it is refused."""
    page = require_http_methods(["GET", "HEAD", "POST"])(view)
    page.is_form = True  # type: ignore[attr-defined]
    return page


def way_back(request: HtmxRequest, default: str) -> str:
    """Return the URL to redirect to after a change: `next` of the form, or the page that sent it, or the default.

    URLs of other sites are ignored.
    """
    for url in (
        request.POST.get("next"),
        request.htmx.current_url_abs_path,
        request.headers.get("Referer"),
    ):
        if url and _is_of_this_site(url, request):
            return url
    return default


def leave_for(request: HtmxRequest, url: str) -> HttpResponse:
    """Lead to another page as a whole, also where htmx asked for a part of this one."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def _is_of_this_site(url: str, request: HttpRequest) -> bool:
    """Whether it is a path or a full URL of this site. `redirect` reads any other text as the name of a URL."""
    return url.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
