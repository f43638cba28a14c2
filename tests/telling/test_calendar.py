"""The calendar as programs read it: what `icalendar` wrote, read by another library, which is strict."""

from datetime import UTC, date, datetime, timedelta

from ical.calendar_stream import IcsCalendarStream

from telling.calendar import CalendarEvent, icalendar_of
from tests.conftest import NOW

# Signs that mean something in RFC 5545, and letters of several bytes over the end of a line.
AWKWARD = "Due: RAG; chunks, \\n and “ç” " + "ã🍀" * 60


def test_what_is_written_is_read_as_it_was() -> None:
    events = [
        CalendarEvent(
            uid="due-1-2", summary=AWKWARD, starts=date(2026, 9, 20), path="/groups/1/", sequence=3
        ),
        CalendarEvent(
            uid="meeting-1",
            summary="Clover\x07\nmeets",
            starts=datetime.fromisoformat("2026-09-16T18:00+01:00"),
            lasts=timedelta(hours=1),
            place="Room 2; left, upstairs",
            path="/groups/1/",
            changed_at=NOW + timedelta(minutes=5, microseconds=7),
            is_cancelled=True,
        ),
    ]
    written = icalendar_of(events, made_at=NOW, site="https://trefoil.example:8000")
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert b"VTIMEZONE" not in written
    due, meeting = IcsCalendarStream.calendar_from_ics(written.decode()).events
    assert (due.uid, due.summary, due.dtstart) == ("due-1-2@trefoil.example", AWKWARD, date(2026, 9, 20))
    assert (due.sequence, due.status, due.transparency, due.dtstamp) == (3, "CONFIRMED", "TRANSPARENT", NOW)
    assert meeting.dtstart == datetime(2026, 9, 16, 17, 0, tzinfo=UTC)
    assert (meeting.duration, meeting.status) == (timedelta(hours=1), "CANCELLED")
    assert (meeting.summary, meeting.location) == ("Clover meets", "Room 2; left, upstairs")
    assert meeting.dtstamp == NOW + timedelta(minutes=5)
    assert meeting.url == "https://trefoil.example:8000/groups/1/"


def test_calendar_without_events_is_one() -> None:
    written = icalendar_of([], made_at=NOW, site="https://trefoil.example")
    assert IcsCalendarStream.calendar_from_ics(written.decode()).events == []
