"""Who may see and do: the words every view declares, and the one way of saying no."""

import logging
from collections.abc import Callable
from enum import StrEnum
from typing import NoReturn

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from people.models import User

logger = logging.getLogger("trefoil.access")


class Audience(StrEnum):
    """For whom a view is."""

    ANYBODY = "anybody"
    PERSON = "anybody signed in"
    STUDENT = "student"
    MENTOR = "mentor"
    COURSE_ADMIN = "course admin"
    OPERATOR = "operator"


def audience[View: Callable[..., object]](*audiences: Audience) -> Callable[[View], View]:
    """Declare for whom a view is.

    The declaration itself stops nobody: the fetchers of the `access` modules do. A test walks all URLs, fails those
    without a declaration, and holds each declaration against what every role is really answered.
    """

    def declare(view: View) -> View:
        view.audience = frozenset(audiences)  # type: ignore[attr-defined]
        return view

    return declare


def refuse(user: User | AnonymousUser, what: str, *, is_insider: bool) -> NoReturn:
    """Say no: 403 to an insider without the right, 404 to a stranger, who may not learn that it exists.

    Args:
        what: the thing and the deed in words, for the log ("read group 3").
    """
    logger.warning("refused person %s: %s", getattr(user, "pk", None), what)
    if is_insider:
        raise PermissionDenied
    raise Http404


def signed_in(request: HttpRequest) -> User:
    """Return the person of a request that LoginRequiredMiddleware let through; 404 should nobody be signed in."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user
