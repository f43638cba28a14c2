from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString


def with_undo(
    request: HttpRequest, message: str, url: str, *, name: str = "", value: Any = "", label: str = "Undo"
) -> SafeString:
    """Return the message and a button that posts to `url`. The button sends the field `name`, if given.

    The message is escaped unless it is already safe.
    """
    context = {"undo_url": url, "name": name, "value": value, "label": label, "key": "F8"}
    return format_html("{} {}", message, render_to_string("components/undo.html", context, request=request))
