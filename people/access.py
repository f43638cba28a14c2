"""Permissions: each view declares its audience, and `refuse` is the only way to refuse."""

import logging
import time
from collections.abc import Callable
from enum import StrEnum
from typing import NoReturn

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from people.audit import current_request, where
from people.models import User

# Seconds since signing in, or since the password or the second factor was asked for again, in which one may change
# how one signs in.
LATELY = 15 * 60
# Its method, as allauth names it, where a second factor was given.
FACTOR = "mfa"

logger = logging.getLogger("trefoil.access")


class Audience(StrEnum):
    ANYBODY = "anybody"
    PERSON = "anybody signed in"
    STUDENT = "student"
    MENTOR = "mentor"
    COURSE_ADMIN = "course admin"
    OPERATOR = "operator"


def audience[View: Callable[..., object]](*audiences: Audience) -> Callable[[View], View]:
    """Declare the audience of a view.

    This does not check permissions: the fetchers of the `access` modules do. A test requires a declaration for every
    URL and compares it with the response for each role.
    """

    def declare(view: View) -> View:
        view.audience = frozenset(audiences)  # type: ignore[attr-defined]
        return view

    return declare


def download[View: Callable[..., object]](view: View) -> View:
    """Declare that the view answers with a file. After signing in, a page starts the download."""
    view.is_download = True  # type: ignore[attr-defined]
    return view


def refuse(user: User | AnonymousUser | None, what: str, *, is_insider: bool, why: str = "") -> NoReturn:
    """Raise 403 for a person of the course without the right, and 404 for a stranger, to hide that it exists.

    Args:
        what: the action and its object, for the log ("read group 3").
        why: for an insider who has the right, but not now.
    """
    request = current_request()
    place = f" from {where(request)}" if request else ""
    logger.warning("refused person %s%s: %s", getattr(user, "pk", None), place, what)
    if is_insider:
        raise PermissionDenied(why)
    raise Http404


def signed_in(request: HttpRequest) -> User:
    """Return the signed-in person as a `User`, for type checkers. 404 for visitors."""
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def has_signed_in_lately(request: HttpRequest) -> bool:
    """allauth notes in the session how and when somebody signed in. Who has a second factor gave that one lately: the
    password alone would be rid of it.
    """
    is_asked_factor = is_mfa_enabled(request.user)
    return any(
        record["at"] > time.time() - LATELY and (record["method"] == FACTOR or not is_asked_factor)
        for record in get_authentication_records(request, request.user)
    )
