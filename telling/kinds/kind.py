from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Exists, OuterRef, Q

from people.models import Event, MailChoice, Message, User
from people.outbox import UNDONE
from telling.chat.wording import Post
from telling.mails import Mail
from telling.models import Channel

# The kind of the event of what is told in the morning.
MORNING = "morning"
# How long nothing else is sent about what the reader has not looked at.
UNTIL_LOOKED = timedelta(days=1)
REPLACED = "A newer message replaces it."
# Its readers; on the page of choices they choose among their own.
# A reviewer is a student of a course with code reviews.
type Role = Literal["mentor", "student", "reviewer", "course admin", "site admin"]
# What people choose by, beside the switches.
type Topic = Literal["help", "questions", "dates"]


def never_urgent(reader: User, event: Event, now: datetime) -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKind:
    """A kind of mail: a row of docs/notifications.md, and of the page of choices.

    Args:
        name: as it stands in the database.
        label: what happened, for who chooses: "Somebody in a group of mine needs help".
        roles: who may get it.
        topic: the choice that it belongs to.
        events: the kinds of events that lead to it; none for what is told in the morning.
        thread: names what an event is about. Until the reader has opened a page of it (see `telling.looks`), no other
            mail about it is sent for a day. Empty: every event is told.
        corrects: whether an event sets right an earlier one of its thread, and so waits for no look.
        recipients: who hears of an event at that time. The caller leaves out the person who caused it.
            It need not look for rows that are gone: it may raise ObjectDoesNotExist, as may `thread` and `write`.
        write: what the reader is told at that time, read through `access`; None if it is no longer true. It may raise
            Http404 and PermissionDenied like a page.
        post: what a channel is told of those of its events that are news there (`telling.chat.news`); None if it is no
            longer true. It may raise the same, as not all who read there may read it.
        write_undone: what the reader of its mail is told once that is undone, as `write`. None: it cannot be undone, or
            undoing it is told as an event of its own.
        is_urgent: whether this reader hears of an event at once, unless they chose otherwise; else it waits for the one
            mail of the next morning.
        waits: how long it waits at least, since what it tells may be undone.
        on_mornings: for what is told in the morning, too: who of these people has something to hear on this day.
            Whether it is still so, `write` says.
        is_in_digest: whether Monday's digest says it to this reader in words of its own.
        is_digest: a summary, which is not put into a summary and ends what waited for one.
        is_help: it may come at any hour if the reader says so, and is never put into a summary by the limit a day.
    """

    name: str
    label: str
    roles: tuple[Role, ...]
    write: Callable[[User, Event, datetime], Mail | None]
    topic: Topic = "dates"
    events: tuple[str, ...] = ()
    thread: Callable[[Event], str] = lambda event: ""
    corrects: Callable[[Event, Event], bool] | None = None
    recipients: Callable[[Event, datetime], Iterable[User]] = lambda event, now: ()
    post: Callable[[Channel, Event, datetime], Post | None] | None = None
    write_undone: Callable[[User, Event, datetime], Mail | None] | None = None
    is_urgent: Callable[[User, Event, datetime], bool] = lambda reader, event, now: True
    waits: timedelta = timedelta()
    on_mornings: Callable[[Collection[int], date, datetime], Iterable[int]] | None = None
    is_in_digest: Callable[[User, Event, datetime], bool] = lambda reader, event, now: False
    is_digest: bool = False
    is_help: bool = False

    @property
    def usual(self) -> MailChoice.Soon:
        """How soon it comes to who chose nothing; of some kinds, not of all that happens."""
        return MailChoice.Soon.DIGEST if self.is_urgent is never_urgent else MailChoice.Soon.AT_ONCE

    def thread_of(self, event: Event) -> str:
        """Of what is undone there is none: it waits for no look, and no day."""
        if UNDONE in event.ids:
            return ""
        try:
            return self.thread(event)
        except ObjectDoesNotExist:
            return ""

    def recipients_of(self, event: Event, now: datetime) -> list[User]:
        """Return who hears of it; that it is undone, only who was told of it."""
        if UNDONE in event.ids:
            return self._told_of(event.ids[UNDONE]) if self.write_undone else []
        try:
            return list(self.recipients(event, now))
        except ObjectDoesNotExist:
            return []

    def is_in_digest_of(self, reader: User, event: Event, now: datetime) -> bool:
        try:
            return self.is_in_digest(reader, event, now)
        except ObjectDoesNotExist:
            return False

    def mail_of(self, reader: User, event: Event, now: datetime) -> Mail | None:
        write = self.write_undone if UNDONE in event.ids else self.write
        try:
            return write(reader, event, now) if write else None
        except ObjectDoesNotExist:
            return None

    def is_correction(self, message: Message) -> bool:
        """Whether it sets right what the reader was told, so that no limit a day holds it back."""
        event, corrects = message.event, self.corrects
        if event is None or UNDONE in event.ids:
            return event is not None
        if corrects is None or not message.thread:
            return False
        told = Message.objects.filter(
            Q(state=Message.State.SENT) | Q(reason=REPLACED),
            recipient=message.recipient,
            kind=self.name,
            thread=message.thread,
            made_at__gt=message.made_at - UNTIL_LOOKED,
            event__lt=event,
        )
        return any(each.event and corrects(event, each.event) for each in told.select_related("event"))

    def _told_of(self, event_id: int) -> list[User]:
        """Return who got the mail of an event, or the one that replaced it; also to whom it is being sent."""
        of_kind = Message.objects.filter(kind=self.name)
        newer = of_kind.filter(
            recipient=OuterRef("recipient"),
            thread=OuterRef("thread"),
            event__gt=event_id,
            state=Message.State.SENT,
        )
        told = of_kind.filter(event=event_id).filter(
            Q(state=Message.State.SENT)
            | Q(state=Message.State.WAITING, claimed_at__isnull=False)
            | Q(Exists(newer), ~Q(thread=""), state=Message.State.WITHDRAWN, reason=REPLACED)
        )
        return list(User.objects.filter(pk__in=told.values("recipient")).order_by("pk"))

    def tells(self, event: Event) -> bool:
        """False for what an earlier version told of, whose messages may still wait."""
        return event.kind in (*self.events, MORNING)
