from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from django.core.exceptions import ObjectDoesNotExist

from people.models import Event, User
from telling.chat.wording import Post
from telling.mails import Mail
from telling.models import Channel

# The kind of the event of what is told in the morning.
MORNING = "morning"
# Its readers; on the page of choices they choose among their own.
# A reviewer is a student of a course with code reviews.
type Role = Literal["mentor", "student", "reviewer", "course admin", "site admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailKind:
    """A kind of mail: a row of docs/notifications.md, and of the page of choices.

    Args:
        name: as it stands in the database.
        label: what happened, for who chooses: "Somebody in a group of mine needs help".
        roles: who may get it.
        events: the kinds of events that lead to it; none for what is told in the morning.
        thread: names what an event is about. Until the reader has opened a page of it (see `telling.looks`), no other
            mail about it is sent for a day. Empty: every event is told.
        recipients: who hears of an event at that time. The caller leaves out the person who caused it.
            It need not look for rows that are gone: it may raise ObjectDoesNotExist, as may `thread` and `write`.
        write: what the reader is told at that time, read through `access`; None if it is no longer true. It may raise
            Http404 and PermissionDenied like a page.
        post: what a channel is told of those of its events that are news there (`telling.chat.news`); None if it is no
            longer true. It may raise the same, as not all who read there may read it.
        waits: how long it waits at least, since what it tells may be undone.
        on_mornings: for what is told in the morning, too: who of these people has something to hear on this day.
            Whether it is still so, `write` says.
        is_digest: a summary, which is not put into a summary and ends what waited for one.
        is_help: it may come at any hour if the reader says so, and is never put into a summary by the limit a day.
    """

    name: str
    label: str
    roles: tuple[Role, ...]
    write: Callable[[User, Event, datetime], Mail | None]
    events: tuple[str, ...] = ()
    thread: Callable[[Event], str] = lambda event: ""
    recipients: Callable[[Event, datetime], Iterable[User]] = lambda event, now: ()
    post: Callable[[Channel, Event, datetime], Post | None] | None = None
    waits: timedelta = timedelta()
    on_mornings: Callable[[Collection[int], date, datetime], Iterable[int]] | None = None
    is_digest: bool = False
    is_help: bool = False

    def thread_of(self, event: Event) -> str:
        try:
            return self.thread(event)
        except ObjectDoesNotExist:
            return ""

    def recipients_of(self, event: Event, now: datetime) -> list[User]:
        try:
            return list(self.recipients(event, now))
        except ObjectDoesNotExist:
            return []

    def mail_of(self, reader: User, event: Event, now: datetime) -> Mail | None:
        try:
            return self.write(reader, event, now)
        except ObjectDoesNotExist:
            return None

    def tells(self, event: Event) -> bool:
        """False for what an earlier version told of, whose messages may still wait."""
        return event.kind in (*self.events, MORNING)
