"""Turn events into messages: who hears of it, and when it may go at the earliest."""

import logging
import time
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, transaction

from people.models import Event, MailChoice, Message, User
from people.outbox import UNDONE
from telling.actions.channels import make_posts
from telling.actions.choosing import soon_of, without_morning
from telling.hours import next_waking
from telling.kinds import KINDS, kinds_of
from telling.kinds.kind import REPLACED, UNTIL_LOOKED, MailKind
from telling.mails import zone_of

logger = logging.getLogger("trefoil.telling")

# In one transaction. On SQLite nobody else writes meanwhile, so it is short.
_BATCH = 20
# Seconds after which other jobs of the worker get their turn, however many events come in.
_LONGEST_ROUND = 10


def sort_events(now: datetime) -> str:
    """Make the messages of events that wait. Of two workers one waits for the other: each event is sorted once."""
    events = messages = 0
    began = time.monotonic()
    while True:
        with transaction.atomic():
            batch = list(
                # Not skip_locked: of two events of one thread, the second has to see the message of the first.
                Event.objects.select_for_update().filter(told_at=None).order_by("pk")[:_BATCH]
            )
            for event in batch:
                messages += _sorted(event, now)
        events += len(batch)
        if len(batch) < _BATCH or time.monotonic() - began > _LONGEST_ROUND:
            return f"{events} events, {messages} messages" if events else ""


def _sorted(event: Event, now: datetime) -> int:
    """Save the messages of an event. One that cannot be sorted is noted for operators, and keeps no other back."""
    try:
        with transaction.atomic():
            made = [_save(message, now) for message in _messages(event, now)]
            _end_threads_of_undone(event, now)
            make_posts(event, now)
    except OperationalError:
        # A deadlock or a database that went away says nothing of the event: it is sorted again.
        raise
    except Exception as error:
        logger.exception("could not work out who hears of event %s", event.pk)
        event.failure = f"{type(error).__name__}: {error}"[:300]
        made = []
    event.told_at = now
    event.save(update_fields=["told_at", "failure"])
    return len(made)


def _end_threads_of_undone(event: Event, now: datetime) -> None:
    """What was told and is undone holds nothing else back."""
    if UNDONE in event.ids:
        told = Message.objects.filter(event=event.ids[UNDONE], state=Message.State.SENT, looked_at=None)
        told.update(looked_at=now)


def _messages(event: Event, now: datetime) -> Iterator[Message]:
    if not settings.SENDS_MAIL:
        return
    for kind in kinds_of(event.kind):
        thread = kind.thread_of(event)
        people = {person.pk: person for person in kind.recipients_of(event, now) if person.pk != event.by_id}
        choices, at_once = soon_of(people, kind), without_morning(people)
        for person in User.objects.filter(pk__in=people).mailable().order_by("pk"):
            soon = choices.get(person.pk, MailChoice.Soon.AT_ONCE)
            if soon == MailChoice.Soon.NEVER:
                continue
            message = _message(event, kind, person, thread, soon, now)
            is_usual = person.pk not in choices and person.pk not in at_once
            if is_usual and not kind.is_urgent(person, event, now) and not kind.is_correction(message):
                message.state = Message.State.DIGEST
            yield message


def _message(event: Event, kind: MailKind, person: User, thread: str, soon: str, now: datetime) -> Message:
    due_at = event.at if UNDONE in event.ids else event.at + kind.waits
    if soon != MailChoice.Soon.ALWAYS:
        due_at = next_waking(due_at, zone_of(person))
    return Message(
        recipient=person,
        kind=kind.name,
        thread=thread,
        event=event,
        made_at=now,
        due_at=due_at,
        try_at=due_at,
        state=Message.State.DIGEST if soon == MailChoice.Soon.DIGEST else Message.State.WAITING,
    )


def _save(message: Message, now: datetime) -> Message:
    """One mail of a kind and thread until the reader has looked, or a day has passed; of two that wait, the newer goes.

    A correction waits for neither. Another kind says something else about the thread, so it neither replaces nor
    delays this one.
    """
    if message.thread and message.state == Message.State.WAITING:
        of_thread = Message.objects.filter(
            recipient=message.recipient, kind=message.kind, thread=message.thread, looked_at=None
        ).exclude(event=message.event)
        is_correction = KINDS[message.kind].is_correction(message)
        for waiting in of_thread.waiting().filter(claimed_at=None).select_for_update():
            if not is_correction:
                message.due_at = message.try_at = max(message.due_at, waiting.due_at)
            waiting.end(Message.State.WITHDRAWN, at=now, reason=REPLACED)
        sent = of_thread.filter(state=Message.State.SENT).order_by("-ended_at").first()
        if sent is not None and sent.ended_at is not None and not is_correction:
            message.due_at = message.try_at = max(message.due_at, sent.ended_at + UNTIL_LOOKED)
    message.save()
    return message
