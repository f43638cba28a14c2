import logging
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from config.health import healthz, metrics, readyz
from config.metrics import count_request
from lib.log_lines import current
from people.audit import note, where

logger = logging.getLogger("trefoil.request")

# Of the features of browsers that a page can be denied, what shows or measures its reader, or pays.
DEVICES = ("camera", "display-capture", "geolocation", "gyroscope", "microphone", "midi", "payment", "usb")

type Respond = Callable[[HttpRequest], HttpResponse]


def answer_health(get_response: Respond) -> Respond:
    """Answer those who ask whether Trefoil is alive or ready before anything else does: before hosts are checked,
    requests sent on to HTTPS, or sessions read.
    """
    pages: dict[str, Respond] = {"/healthz": healthz, "/readyz": readyz, "/metrics": metrics}

    def respond(request: HttpRequest) -> HttpResponse:
        return pages.get(request.path_info, get_response)(request)

    return respond


def log_request(get_response: Respond) -> Respond:
    """Give each request an id, which every line of the log has while it is answered, and log the answer."""

    def respond(request: HttpRequest) -> HttpResponse:
        request.log_id = secrets.token_hex(6)  # type: ignore[attr-defined]
        before, began = current.set(request), time.perf_counter()
        try:
            response = get_response(request)
            response.headers["X-Request-ID"] = request.log_id  # type: ignore[attr-defined]
            line = {"method": request.method, "path": request.path, "status": response.status_code}
            seconds = time.perf_counter() - began
            line |= {"ms": round(seconds * 1000), "from": where(request)}
            logger.info("%(method)s %(path)s %(status)s in %(ms)s ms from %(from)s", line)
            count_request(request, response.status_code, seconds)
            return response
        finally:
            current.reset(before)

    return respond


def allow_no_devices(get_response: Respond) -> Respond:
    """No page asks for the camera, a place or the like, nor could a script that got into one."""
    policy = ", ".join(f"{feature}=()" for feature in DEVICES)

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = policy
        return response

    return respond


def keep_nothing(get_response: Respond) -> Respond:
    """No page, part or export is kept by a browser or proxy; signing out removes what pages have kept.

    Every download is noted in the log.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            note(f"downloaded {request.path}", request=request)
        # By a form of ours, or of the Django admin.
        place = request.resolver_match
        is_way_out = place is not None and place.url_name in ("account_logout", "logout")
        if is_way_out and request.method == "POST" and response.status_code < 400:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return respond
