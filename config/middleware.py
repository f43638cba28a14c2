from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from config.health import healthz, readyz
from people.audit import note

type Respond = Callable[[HttpRequest], HttpResponse]


def answer_health(get_response: Respond) -> Respond:
    """Answer those who ask whether Trefoil is alive or ready before anything else does: before hosts are checked,
    requests sent on to HTTPS, or sessions read.
    """
    pages: dict[str, Respond] = {"/healthz": healthz, "/readyz": readyz}

    def respond(request: HttpRequest) -> HttpResponse:
        return pages.get(request.path_info, get_response)(request)

    return respond


def keep_nothing(get_response: Respond) -> Respond:
    """No page, part or export is kept by a browser or proxy; signing out removes what pages have kept.

    Every download, and every limit that somebody meets, is noted in the log.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code == 429:
            note(f"hit the limit of {request.path}", request=request)
        if response.headers.get("Content-Disposition", "").startswith("attachment"):
            note(f"downloaded {request.path}", request=request)
        if getattr(request, "is_signing_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return respond


@receiver(user_logged_out)
def note_signing_out(request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None:
        request.is_signing_out = True  # type: ignore[attr-defined]
