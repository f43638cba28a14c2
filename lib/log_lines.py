"""The log: a line an event, as text or as JSON, in UTC, with the request and the person that it belongs to."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from django import template
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html

from lib.databases import outage

# The request under way, with its `log_id`; `config.middleware.log_request` sets it.
current: ContextVar[Any] = ContextVar("current", default=None)
register = template.Library()

# Paths that hold a secret: whoever reads the log could use it.
_SECRET = re.compile(
    r"(/invitation/|/account/password/reset/key/|/account/confirm-email/|/account/address/|/account/link/|/account/mails/stop/"
    r"|/calendar-feed/|/first-operator/|/spreadsheet/)[^/\s\"']+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class LogLine(logging.Formatter):
    """Escapes line ends in messages and in words of exceptions; each line of a traceback begins
    with spaces: nobody can make up an event. Signatures of invitations and of links in e-mails are left out.
    """

    is_json = False

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        message, request, level = record.getMessage(), current.get(), record.levelname
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        if record.exc_info and (why := outage(record.exc_info[1])):
            # Each request fails at another line then, and none of them is at fault.
            message, trace = f"{message} ({why})", ""
        if record.name.startswith("django.security."):
            # A foreign host or a form that is too long: what was sent is at fault, which Django calls an error.
            level, trace = "WARNING", ""
        about = {"request": request.log_id, "person": _person(request)} if request else {}
        if self.is_json:
            event = {"at": at, "level": level, "logger": record.name, **about, "message": message}
            event |= record.args if isinstance(record.args, dict) else {}
            text = json.dumps(event | ({"traceback": trace} if trace else {}), default=str)
        else:
            words = [f" {name} {value}" for name, value in about.items() if value]
            head = f"{at} {level} {record.name}{''.join(words)}: {message}"
            text = "\n    ".join(
                _CONTROL.sub(lambda found: repr(found[0])[1:-1], line)
                for line in (head, *trace.split("\n"))
                if line
            )
        return _SECRET.sub(r"\1…", text)


def _person(request: Any) -> int | None:
    """Return the person of the request, if it was loaded already: the log asks the database nothing."""
    user = getattr(request, "user", None)
    user = getattr(request, "_cached_user", None) if type(user) is SimpleLazyObject else user
    pk: int | None = getattr(user, "pk", None)
    return pk


@register.simple_tag
def request_id() -> str:
    """On pages of errors: by it the request is found in the log."""
    request = current.get()
    return format_html('<p class="muted small">Request {}</p>', request.log_id) if request else ""
