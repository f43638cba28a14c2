"""The log of who did what, from where: a line an event, for operators. `docs/deploying.md` says where it goes."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from simple_history.models import HistoricalRecords

from lib.text import joined

logger = logging.getLogger("trefoil.audit")
_NAMED = 20
_is_noted = ContextVar("is_noted", default=True)


@contextmanager
def without_audit() -> Iterator[None]:
    """For a preview, which does something and rolls it back, and for the demo, whose people are made up."""
    before = _is_noted.set(False)
    try:
        yield
    finally:
        _is_noted.reset(before)


def note(what: str, *, request: HttpRequest | None = None) -> None:
    """Log what the person of this request does. People and things go by their ids: no secret, and no text."""
    if not _is_noted.get():
        return
    request = request or current_request()
    logger.info("%s: %s", "a command" if request is None else _who(request), what)


def current_request() -> HttpRequest | None:
    return getattr(HistoricalRecords.context, "request", None)


def _who(request: HttpRequest) -> str:
    person = getattr(getattr(request, "user", None), "pk", None)
    return f"{f'person {person}' if person else 'a visitor'} from {where(request)}"


def where(request: HttpRequest) -> str:
    try:
        return str(get_adapter(request).get_client_ip(request))
    except (ImproperlyConfigured, PermissionDenied):
        return "an unknown address"


def ids(rows: Sequence[int]) -> str:
    """Name the first few; the history of each has them all."""
    return joined(rows, _NAMED)
