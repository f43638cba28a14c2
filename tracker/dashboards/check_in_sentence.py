"""A check-in in one sentence; static/js/check_in.js writes the same while it is typed."""

from collections.abc import Iterable
from datetime import date, time

from lib.days import long_day
from tracker.models import CheckIn, CheckInEntry


def attendance_words(attendances: Iterable[tuple[str, str]]) -> str:
    """ "everyone came", "Ana excused, Bruno absent": of short names and attendances; "" until all are known."""
    present, said = CheckInEntry.Attendance.PRESENT, list(attendances)
    missing = [f"{name} {attendance}" for name, attendance in said if attendance and attendance != present]
    return ", ".join(missing) or ("everyone came" if all(attendance for _, attendance in said) else "")


def sentence_of(check_in: CheckIn, came: str = "") -> str:
    return check_in_sentence(
        check_in.outcome,
        check_in.held_on,
        check_in.minutes,
        came,
        check_in.held_at,
        is_besides=check_in.is_besides,
    )


def check_in_sentence(
    outcome: str,
    on: date | None,
    minutes: object,
    came: str,
    at: time | None = None,
    *,
    is_besides: bool = False,
) -> str:
    """ "Wednesday 25 November, 30 minutes, everyone came.", "Rescheduled to Monday 30 November, 18:00."

    Empty while nobody has said what happened.
    """
    day = long_day(on) if on else ""
    if not outcome:
        return ""
    if outcome == CheckIn.Outcome.CANCELLED:
        return "Cancelled."
    if outcome == CheckIn.Outcome.MOVED:
        clock = f", {at:%H:%M}" if at else ""
        return f"Rescheduled to {day}{clock}." if day else "Rescheduled."
    if outcome == CheckIn.Outcome.GROUP_ABSENT:
        came, minutes = "nobody came", ""
    parts = [day, f"{minutes} minutes" if minutes else "", came, "besides the meeting" if is_besides else ""]
    said = ", ".join(filter(None, parts))
    return f"{said[0].upper()}{said[1:]}." if said else ""
