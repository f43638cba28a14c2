"""An access module's answer, as one word."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404


def outcome(fetch: Callable[..., object], *values: object) -> str:
    """Return "yes" where the fetcher returns the object, "403" or "404" where it says no."""
    try:
        fetch(*values)
    except PermissionDenied:
        return "403"
    except Http404:
        return "404"
    return "yes"
