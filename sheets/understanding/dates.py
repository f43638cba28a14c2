"""Reads days in the notations that sheets use: a date, a serial number, 17/09/2026, 2026-09-17."""

import re
from datetime import date, datetime, timedelta

from sheets.reading import CellValue
from sheets.reading.tables import text_of

# Day 0 of a spreadsheet's serial numbers.
_EPOCH = date(1899, 12, 30)
# Plausible days. It excludes 1899, which spreadsheets show for an empty date, and keeps years and counts from passing
# as serial numbers.
_FIRST, _LAST = date(1990, 1, 1), date(2100, 1, 1)
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_DAY_FIRST = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{2}|\d{4})(?:[T ].*)?$")


def read_day(value: CellValue) -> date | None:
    """Return the day; None if the cell is empty.

    Raises:
        ValueError: it is not a day, or not between 1990 and 2100. The message is for people.
    """
    text = text_of(value)
    if isinstance(value, datetime):
        day: date | None = value.date()
    elif isinstance(value, date):
        day = value
    elif not text:
        return None
    else:
        day = None if isinstance(value, bool) else _of_text(text)
    if day is None:
        raise ValueError(f"“{text[:40]}” is not a date.")
    if not _FIRST <= day <= _LAST:
        raise ValueError(f"“{text[:40]}” is not a date between {_FIRST.year} and {_LAST.year}.")
    return day


def read_past_day(value: CellValue, today: date) -> date | None:
    """Like `read_day`, of something that has happened.

    Raises:
        ValueError: as for `read_day`, or it is after today.
    """
    day = read_day(value)
    if day is not None and day > today:
        raise ValueError(f"“{text_of(value)[:40]}” is after today ({today.isoformat()}). Correct the date.")
    return day


def _of_text(text: str) -> date | None:
    if text.replace(".", "", 1).isdigit():
        serial = int(float(text))
        return _EPOCH + timedelta(days=serial) if serial <= (_LAST - _EPOCH).days else None
    if parts := _ISO.match(text):
        return _day(int(parts[1]), int(parts[2]), int(parts[3]))
    if parts := _DAY_FIRST.match(text):
        year = int(parts[3]) + (2000 if len(parts[3]) == 2 else 0)
        # Day first; month first only if the day would not be valid.
        return _day(year, int(parts[2]), int(parts[1])) or _day(year, int(parts[1]), int(parts[2]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
