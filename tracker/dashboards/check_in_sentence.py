"""A check-in in one sentence; static/js/check_in.js writes the same while it is typed."""

from collections.abc import Iterable
from datetime import date, time

from lib.days import long_day
from tracker.models import CheckIn, CheckInEntry


def attendance_words(attendances: Iterable[tuple[str, str]]) -> str:
    """ "everyone came", "Ana excused, Bruno absent": of short names and attendances."""
    present = CheckInEntry.Attendance.PRESENT
    missing = [f"{name} {attendance}" for name, attendance in attendances if attendance != present]
    return ", ".join(missing) or "everyone came"


def sentence_of(check_in: CheckIn, came: str = "") -> str:
    return check_in_sentence(check_in.outcome, check_in.held_on, check_in.minutes, came, check_in.held_at)


def check_in_sentence(
    outcome: str, on: date | None, minutes: object, came: str, at: time | None = None
) -> str:
    """ "Wednesday 25 November, 30 minutes, everyone came.", "Rescheduled to Monday 30 November, 18:00." """
    day = long_day(on) if on else ""
    if outcome == CheckIn.Outcome.CANCELLED:
        return "Cancelled."
    if outcome == CheckIn.Outcome.MOVED:
        clock = f", {at:%H:%M}" if at else ""
        return f"Rescheduled to {day}{clock}." if day else "Rescheduled."
    if outcome == CheckIn.Outcome.GROUP_ABSENT:
        return f"{day}, nobody came." if day else "Nobody came."
    return ", ".join(filter(None, [day, f"{minutes} minutes" if minutes else "", came])) + "."
