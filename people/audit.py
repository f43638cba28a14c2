"""The log of who did what, from where: a line an event, for operators. `docs/deploying.md` says where it goes.

What course admins may look up is kept as a row, too: `record` does both.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest
from simple_history.models import HistoricalRecords

from lib.text import joined
from people.models import Deed, DeedPerson, User

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


def record(
    kind: Deed.Kind,
    what: str,
    *,
    thing: Any,
    people: Sequence[int] = (),
    by: User | None,
    at: datetime,
) -> None:
    """Log what somebody did, and keep it for the course admins.

    Args:
        what: "made {people} mentor of {thing}": the log has numbers there, the row the name of the thing.
        thing: a course, or what has one or a cohort; it is of an app above this one.
    """
    if not _is_noted.get():
        return
    people = list(dict.fromkeys(people))
    persons = f"{'person' if len(people) == 1 else 'persons'} {ids(people)}"
    note(what.replace("{people}", persons).replace("{thing}", f"{thing._meta.verbose_name} {thing.pk}"))
    said = what.replace("{thing}", str(thing))[:300]
    of = getattr(thing, "cohort", thing)
    course = getattr(of, "course_id", of.pk)
    deed = Deed.objects.create(course_id=course, kind=kind, what=said, by=by, at=at, count=len(people))
    concerned = (DeedPerson(deed=deed, person_id=person) for person in people)
    DeedPerson.objects.bulk_create(concerned, batch_size=500)


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
