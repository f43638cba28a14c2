from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

type Respond = Callable[[HttpRequest], HttpResponse]


def keep_nothing(get_response: Respond) -> Respond:
    """No page, part or export is kept by a browser or proxy; signing out removes what pages have kept."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if getattr(request, "is_signing_out", False):
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return respond


@receiver(user_logged_out)
def note_signing_out(request: HttpRequest | None, **kwargs: Any) -> None:
    if request is not None:
        request.is_signing_out = True  # type: ignore[attr-defined]
