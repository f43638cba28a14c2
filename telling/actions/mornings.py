"""Mails of eight in the morning, in each reader's own time zone, from Monday to Friday.

The worker makes the messages of a zone in batches, each in a transaction of its own. One that was killed goes on: a
message is made once, since the database keeps one an event, recipient and kind.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import batched
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError, transaction

from courses.models import Cohort
from lib.time_zones import known_zone
from people.models import Event, MailChoice, Message, User
from telling.actions.choosing import soon_of, without_morning
from telling.hours import BEGIN, is_quiet
from telling.kinds import KINDS
from telling.kinds.digest import NEWS
from telling.kinds.kind import MORNING, MailKind
from telling.mails import own_zone
from telling.models import Morning

logger = logging.getLogger("trefoil.telling")

_BATCH = 200


def begin_mornings(now: datetime) -> str:
    """Make the messages of every zone in which a working day has begun and they are not made yet."""
    if not settings.SENDS_MAIL:
        return ""
    made = 0
    for zone, names in _zones().items():
        if is_quiet(now, zone):
            continue
        try:
            made += _begin(zone, names, now)
        except OperationalError:
            raise
        except Exception:
            # One zone keeps no other back; the next round tries it again.
            logger.exception("could not begin the morning in %s", zone)
    return f"{made} messages" if made else ""


def _zones() -> dict[str, set[str]]:
    """Return the names in use by time zone: those that are none belong to UTC."""
    own = User.objects.exclude(time_zone="").values_list("time_zone", flat=True)
    zones: dict[str, set[str]] = {"UTC": {"UTC"}}
    for name in sorted({*own.distinct(), *Cohort.objects.values_list("time_zone", flat=True).distinct()}):
        zones.setdefault(known_zone(name), set()).add(name)
    return zones


def _begin(zone: str, names: set[str], now: datetime) -> int:
    day = now.astimezone(ZoneInfo(zone)).date()
    if Morning.objects.filter(zone=zone, day=day).exclude(done_at=None).exists():
        return 0
    with transaction.atomic():
        morning = Morning.objects.select_for_update().filter(zone=zone, day=day).first()
        if morning is None:
            event = Event.objects.create(kind=MORNING, at=now, told_at=now)
            morning = Morning.objects.create(zone=zone, day=day, event=event)
    people = User.objects.mailable().annotate(zone=own_zone())
    ids = people.filter(zone__in=names).order_by("pk").values_list("pk", flat=True)
    made = sum(_make(batch, morning, now) for batch in batched(list(ids), _BATCH))
    morning.done_at = now
    morning.save(update_fields=["done_at"])
    return made


@transaction.atomic
def _make(people: tuple[int, ...], morning: Morning, now: datetime) -> int:
    due_at = datetime.combine(morning.day, BEGIN, ZoneInfo(morning.zone))
    # People who changed their zone since had this morning in the one before.
    had = set(
        Message.objects.filter(recipient__in=people, event__mornings__day=morning.day)
        .exclude(event=morning.event)
        .values_list("recipient", "kind")
    )
    told: dict[int, list[tuple[MailKind, str]]] = defaultdict(list)
    for kind in KINDS.values():
        if kind.on_mornings is None:
            continue
        choices = soon_of(people, kind)
        for person_id in sorted(set(kind.on_mornings(people, morning.day, now))):
            soon = choices.get(person_id, MailChoice.Soon.AT_ONCE)
            if soon != MailChoice.Soon.NEVER and (person_id, kind.name) not in had:
                told[person_id].append((kind, soon))
    without = without_morning(people)
    messages = [
        Message(
            recipient_id=person_id,
            kind=kind.name,
            event=morning.event,
            made_at=now,
            due_at=due_at,
            try_at=due_at,
            state=state,
        )
        for person_id, kinds in told.items()
        for kind, state in _in_one_mail(kinds, has_news=person_id not in without)
    ]
    return len(Message.objects.bulk_create(messages, ignore_conflicts=True))


def _in_one_mail(
    kinds: Sequence[tuple[MailKind, str]], *, has_news: bool
) -> Iterator[tuple[MailKind, Message.State]]:
    """Put what one person is told this morning into the summary of it, if there is more than one thing.

    Args:
        has_news: whether they get a summary each morning.
    """
    comes = [kind for kind, soon in kinds if kind.is_digest or soon != MailChoice.Soon.DIGEST]
    summary = next((kind for kind in reversed(comes) if kind.is_digest), None)
    if summary is None and has_news and comes[1:]:
        summary = NEWS
        yield NEWS, Message.State.WAITING
    for kind, _ in kinds:
        if kind.is_digest or (kind in comes and summary is None):
            yield kind, Message.State.WAITING
        else:
            yield kind, Message.State.DIGEST
