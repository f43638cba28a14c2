"""The button that takes a change back, at the end of the message that tells of it."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString


def with_undo(request: HttpRequest, words: str, url: str, *, name: str = "", value: Any = "") -> SafeString:
    """Return the words with a button that posts to `url`, and sends `value` as `name` where there is a name."""
    context = {"undo_url": url, "name": name, "value": value}
    return format_html("{} {}", words, render_to_string("components/undo.html", context, request=request))
