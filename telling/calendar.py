"""A person's calendar as RFC 5545 has it, for programs that fetch it again and again.

Each meeting is an event of its own in UTC: weeks are moved, cancelled and paused one by one, and UTC needs no
description of a time zone and its summer times. An event without a time is a date, in any zone.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

# How often programs that ask may come again.
_REFRESHED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """A date in `starts` means the whole day. `sequence` grows with each change; `path` is a page of Trefoil."""

    uid: str
    summary: str
    starts: date | datetime
    path: str
    sequence: int = 0
    changed_at: datetime | None = None
    lasts: timedelta | None = None
    place: str = ""
    is_cancelled: bool = False

    @property
    def on(self) -> date:
        return self.starts.date() if isinstance(self.starts, datetime) else self.starts


def icalendar_of(events: Iterable[CalendarEvent], *, made_at: datetime, site: str) -> bytes:
    """Write the calendar.

    Args:
        made_at: what stands for the change of an event that was never changed. Two writings of the same are the same.
        site: where Trefoil is; its host makes identities unique.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Trefoil//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Trefoil")
    calendar.add("refresh-interval", _REFRESHED, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    host = urlsplit(site).hostname or "trefoil"
    for each in events:
        event = Event()
        event.add("uid", f"{each.uid}@{host}")
        event.add("dtstamp", (each.changed_at or made_at).astimezone(UTC).replace(microsecond=0))
        event.add("sequence", each.sequence)
        event.add("summary", _plain(each.summary))
        event.add("url", f"{site}{each.path}")
        event.add("status", "CANCELLED" if each.is_cancelled else "CONFIRMED")
        if isinstance(each.starts, datetime):
            event.add("dtstart", each.starts.astimezone(UTC))
        else:
            event.add("dtstart", each.starts)
            # A day on which something is due is not a busy day.
            event.add("transp", "TRANSPARENT")
        if each.lasts:
            event.add("duration", each.lasts)
        if each.place:
            event.add("location", _plain(each.place))
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _plain(text: str) -> str:
    """RFC 5545 allows no control characters."""
    return " ".join("".join(" " if unicodedata.category(each) == "Cc" else each for each in text).split())
