"""Every form that is saved once has a key, and a key is of no use to a view that does not ask for it."""

import re
from urllib.parse import urlsplit

from django.urls import resolve

_FORM = re.compile(r'<form\b([^>]*\bmethod="post"[^>]*)>(.*?)</form>', re.S)
_ACTION = re.compile(r'\baction="([^"]+)"')
# The first step asks what the second needs, and saves nothing.
_WITHOUT_KEY = {"tracker:people-bulk"}
# Their key says only what of the typed text is saved: an import may take longer than a transaction should, and the
# address of a calendar is in one answer alone.
_FOR_TYPED_TEXT = {
    "sheets:import-give",
    "sheets:course-import-give",
    "sheets:import-undo",
    "telling:calendar-feed",
}


def unlike_their_views(html: str, url: str) -> set[str]:
    """Return the names of the views of forms that lack a key, or a view that is `saved_once`."""
    found = set()
    for attributes, fields in _FORM.findall(html):
        action = _ACTION.search(attributes)
        view = resolve(urlsplit(action[1]).path if action else url)
        is_saved_once, has_key = hasattr(view.func, "is_saved_once"), 'name="form_key"' in fields
        if is_saved_once != has_key and view.view_name not in (_FOR_TYPED_TEXT if has_key else _WITHOUT_KEY):
            found.add(view.view_name)
    return found
