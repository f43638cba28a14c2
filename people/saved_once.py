"""A form that is sent twice is saved once: after a double click, a reload, or when a browser tries again.

The form has {% form_key %}, its view `@saved_once`. Other content under the same key is another form: somebody went
back and wrote something else.
"""

import hashlib
import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone

from lib.requests import HtmxRequest, way_back
from people.models import SentForm, User

# Tells the page which forms were saved: what the browser keeps of them can go. See static/js/typed.js.
COOKIE = "saved_forms"
_KEY = re.compile("[0-9a-f]{32}")


def saved_once[View: Callable[..., HttpResponse]](view: View) -> View:
    """Answer the second sending of a form with where the first one led. The second waits for the first.

    The view runs in one transaction with its key.
    """

    view.is_saved_once = True  # type: ignore[attr-defined]

    @wraps(view)
    def once(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.POST.get("form_key", "")
        if not _KEY.fullmatch(key) or not isinstance(request.user, User):
            return view(request, *args, **kwargs)
        now = timezone.now()
        with transaction.atomic():
            sent, is_first = SentForm.objects.get_or_create(
                person=request.user, digest=_digest(request, key), defaults={"sent_at": now}
            )
            if not is_first:
                messages.info(request, "This was sent twice. It is saved once.")
                return say_saved(request, redirect(sent.led_to or way_back(request, "/")))
            response = view(request, *args, **kwargs)
            led_to = response.headers.get("Location")
            if not led_to or _is_refused(request):
                sent.delete()
                return response
            sent.led_to = led_to
            sent.save()
        return say_saved(request, response)

    return once  # type: ignore[return-value]


def forget_sent(led_to: str) -> None:
    """Let a form be sent again: what it made, where it led, is undone."""
    SentForm.objects.filter(led_to=led_to).delete()


def _is_refused(request: HttpRequest) -> bool:
    """A view that leads back with an error has saved nothing: what was typed stays, and may be sent again."""
    said: Any = messages.get_messages(request)
    return any(message.level == messages.ERROR for message in said._queued_messages)


def _digest(request: HttpRequest, key: str) -> str:
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, str(file)) for name, files in request.FILES.lists() for file in files)
    return hashlib.sha256(json.dumps([request.path, key, fields, files]).encode()).hexdigest()


def say_saved[Response: HttpResponseBase](request: HttpRequest, response: Response) -> Response:
    """Tell the page, in a cookie, that the form which was sent is saved."""
    key = request.POST.get("form_key", "")
    if not _KEY.fullmatch(key):
        return response
    keys = [*request.COOKIES.get(COOKIE, "").split("."), key][-10:]
    response.set_cookie(
        COOKIE,
        ".".join(filter(None, keys)),
        max_age=24 * 60 * 60,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response
