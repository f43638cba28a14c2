"""Write down what is to be told, in the transaction that did it: what was rolled back is not told, all else is.

    tell("question_asked", by=user, at=now, ask=ask.pk)

`telling.kinds` says who hears of which event. Imports, their undo, roll-overs and the demo tell nobody: they run
inside `without_events`.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django import template
from django.db import transaction

from people.models import Event, Hold, Message, User

register = template.Library()
type Ids = int | list[int]
# The event that an event writes back.
UNDONE = "undone"
# Time to undo a mistake before anybody hears of it.
UNDONE_SOON = timedelta(minutes=10)
_is_told = ContextVar("is_told", default=True)


@contextmanager
def without_events() -> Iterator[None]:
    """Within it, or in a function that it decorates, no event is written."""
    before = _is_told.set(False)
    try:
        yield
    finally:
        _is_told.reset(before)


def tell(kind: str, *, by: User | None, at: datetime, **ids: Ids) -> None:
    """Write one event, in the caller's transaction."""
    tell_each(kind, [ids], by=by, at=at)


def tell_each(kind: str, events: Iterable[dict[str, Ids]], *, by: User | None, at: datetime) -> None:
    """Write several events of one kind, by their primary keys."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An event belongs into the transaction that did it.")
    if _is_told.get():
        Event.objects.bulk_create([Event(kind=kind, ids=ids, by=by, at=at) for ids in events])


def tell_undone(
    *kinds: str, key: str, pks: Collection[int], done_at: Collection[datetime] = (), by: User, at: datetime
) -> None:
    """Write the events of these kinds back: what they tell of is undone. `telling` tells who was told of them.

    Args:
        key, pks: the name by which the events hold what is undone, and its primary keys.
        done_at: the moments at which it was done, where the same row may have been changed several times.
    """
    undone = Event.objects.filter(kind__in=kinds, **{f"ids__{key}__in": list(pks)})
    undone = undone.exclude(ids__has_key=UNDONE).order_by("pk")
    for event in undone.filter(at__in=list(done_at)) if done_at else undone:
        tell(event.kind, by=by, at=at, **(event.ids | {UNDONE: event.pk}))


def mail_account(*, person: User | None, address: str, subject: str, body: str, at: datetime) -> Message:
    """Let the worker send a mail of an account: a code, a link, a notice. It holds its words until it is sent."""
    return Message.objects.create(
        recipient=person, kind="account", address=address, subject=subject[:300], body=body, made_at=at,
        due_at=at, try_at=at,
    )  # fmt: skip


@register.simple_block_tag
def sent(content: str) -> str:
    """Return the words of a page about a mail it caused, unless mails are held back."""
    return "Nothing is sent until a site admin releases what was restored here." if Hold.is_on() else content
