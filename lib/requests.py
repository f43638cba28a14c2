"""What a request says beside its path: whether htmx sent it, and where to go back to."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails


class HtmxRequest(HttpRequest):
    """A request as the middleware of django-htmx hands it on, for type checkers."""

    htmx: HtmxDetails


def way_back(request: HtmxRequest, default: str) -> str:
    """Return the address to answer a change with: the form's `next`, else the page it was sent from, else the default.

    Only addresses of this site count.
    """
    for url in (
        request.POST.get("next"),
        request.htmx.current_url_abs_path,
        request.headers.get("Referer"),
    ):
        if url and _is_of_this_site(url, request):
            return url
    return default


def _is_of_this_site(url: str, request: HttpRequest) -> bool:
    """Whether it is a path or a whole address of this site; a bare word would be taken for the name of a page."""
    return url.startswith(("/", "http://", "https://")) and url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
