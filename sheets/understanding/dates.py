"""Reads days in the notations that sheets use: a date, a serial number, 17/09/2026, 2026-09-17, 17 de setembro."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from lib.text import folded
from sheets.reading import CellValue
from sheets.reading.tables import text_of

# Day 0 of a spreadsheet's serial numbers.
_EPOCH = date(1899, 12, 30)
# Plausible days. It excludes 1899, which spreadsheets show for an empty date, and keeps years and counts from passing
# as serial numbers.
_FIRST, LAST_DAY = date(1990, 1, 1), date(2100, 1, 1)
_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$")
_NUMBERS = re.compile(r"^(\d{1,2})[-/.] ?(\d{1,2})(?:[-/.] ?(\d{4}|\d{2})|\.)?(?:[T ].*)?$")
# English, Portuguese, Spanish, French and German.
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan janeiro januar enero ene janvier janv",
            "february feb fevereiro februar fev febrero fevrier fevr",
            "march mar marco marz marzo mars",
            "april apr abril abr avril avr",
            "may maio mai mayo",
            "june jun juni junho junio juin",
            "july jul juli julho julio juillet juil",
            "august aug agosto ago aout",
            "september sep sept setembro set septiembre setiembre septembre",
            "october oct oktober okt outubro out octubre octobre",
            "november nov novembro noviembre novembre",
            "december dec dezember dezembro dez diciembre dic decembre",
        ),
        start=1,
    )
    for name in names.split()
}
# "17th", "1er", "1º" as folding leaves it.
_DAY_OF_MONTH = re.compile(r"^(\d{1,2})(?:st|nd|rd|th|er|o|a)?$")
# "18:05", "18h05", "10.30 a.m.", "10 pm", "18h": else the hour passes for a year.
_TIME = r"\d{1,2}(?:[:h.]\d{2}(?::\d{2})?\b(?: ?[ap]\.? ?m\b\.?)?| ?[ap]\.? ?m\b\.?| ?h\b)"
_CLOCK = re.compile(rf"\b{_TIME}", re.IGNORECASE)
# "18-19h", "10 to 11 pm".
_CLOCKS = re.compile(rf"\b\d{{1,2}} ?(?:[-–]|to|a|às|à) ?{_TIME}", re.IGNORECASE)
_BESIDE = frozenset("the of de del do da le el o a em en on".split())


class DayOrder(StrEnum):
    """The order of day and month in 5/10/2026. `EITHER`: the day, or the month where the day would not be valid."""

    EITHER = ""
    DAY = "day"
    MONTH = "month"


def read_day(
    value: CellValue,
    order: DayOrder = DayOrder.EITHER,
    *,
    until: date | None = None,
    since: date | None = None,
) -> date | None:
    """Return the day; None if the cell is empty.

    Args:
        until: the last day that it can be, of something that has happened. A day without a year is the latest one.
        since: the first day that it can be if it has no year.

    Raises:
        ValueError: it is not a day, or not between 1990 and 2100, or later than `until`. The message is for people.
    """
    text = text_of(value)
    if isinstance(value, datetime):
        day: date | None = value.date()
    elif isinstance(value, date):
        day = value
    elif not text:
        return None
    elif isinstance(value, int | float):
        day = None if isinstance(value, bool) else _of_serial(float(value))
    else:
        day = _of_text(text, order, until)
    if day is not None and since is not None and day < since and not _has_year(text):
        raise ValueError(f"“{text[:40]}” has no year, and none fits the cohort. Write the year.")
    if day is None:
        raise ValueError(f"“{text[:40]}” is not a date.")
    if not _FIRST <= day <= LAST_DAY:
        raise ValueError(f"“{text[:40]}” is not a date between {_FIRST.year} and {LAST_DAY.year}.")
    if until is not None and day > until:
        raise ValueError(f"“{text[:40]}” is after today ({until.isoformat()}). Correct the date.")
    return day


def names_day(text: str) -> bool:
    """Whether it is a day with the name of its month: "5 Oct 2026", "Oct 19, 2026", "20-Oct"."""
    return any(map(str.isdigit, text)) and _of_words(text, LAST_DAY) is not None


def unclear_day(values: Iterable[CellValue]) -> tuple[str, DayOrder]:
    """The first text that may be two days, such as 5/10, and the order that others suggest: 10/13.

    The text is empty if nothing is unclear; the order is either one if the others suggest none, or both.
    """
    unclear, orders = "", set[DayOrder]()
    for value in values:
        parts = _NUMBERS.match(value.strip()) if isinstance(value, str) else None
        if parts is None:
            continue
        first, second = int(parts[1]), int(parts[2])
        if max(first, second) > 12:
            orders.add(DayOrder.DAY if first > 12 else DayOrder.MONTH)
        elif first != second:
            unclear = unclear or parts[0]
    return unclear, orders.pop() if len(orders) == 1 else DayOrder.EITHER


def _of_serial(number: float) -> date | None:
    return _EPOCH + timedelta(days=int(number)) if 0 <= number <= (LAST_DAY - _EPOCH).days else None


def _has_year(text: str) -> bool:
    parts = _NUMBERS.match(text)
    return bool(parts[3]) if parts else bool(re.search(r"\d{4}", _CLOCK.sub(" ", text)))


def _of_text(text: str, order: DayOrder, until: date | None) -> date | None:
    if parts := _ISO.match(text):
        return _day(int(parts[1]), int(parts[2]), int(parts[3]))
    if parts := _NUMBERS.match(text):
        first, second, year = int(parts[1]), int(parts[2]), parts[3] or ""
        if order is DayOrder.MONTH:
            return _in_year(year, first, second, until)
        day = _in_year(year, second, first, until)
        return day or (_in_year(year, first, second, until) if order is DayOrder.EITHER else None)
    if text.replace(".", "", 1).isdigit():
        return _of_serial(float(text))
    return _of_words(text, until)


def _of_words(text: str, until: date | None) -> date | None:
    without_times = _CLOCKS.sub(" ", text)
    # In "Sep 17 - 18:00" what stands before the time is the day.
    return _in_words(without_times if re.search(r"\b\d{1,2}(?!\d)", without_times) else text, until)


def _in_words(text: str, until: date | None) -> date | None:
    """A day with the name of its month: "17 de setembro de 2026", "Thu, Sep 17th 2026", "2026 Sep 17", "17 sept." """
    words = [word for word in folded(_CLOCK.sub(" ", text[:60])).split() if word not in _BESIDE]
    at = next((n for n, word in enumerate(words) if word in _MONTHS), None)
    if at is None:
        return None
    before = _DAY_OF_MONTH.match(words[at - 1]) if at else None
    rest = words[at + 1 :]
    after = _DAY_OF_MONTH.match(rest[0]) if rest and not before else None
    day, front, rest = (before, words[: at - 1], rest) if before else (after, words[:at], rest[1:])
    if front and re.fullmatch(r"\d{4}", front[-1]):
        year = front[-1]
    else:
        year = rest[0] if rest and re.fullmatch(r"\d{4}|\d{2}", rest[0]) else ""
    return _in_year(year, _MONTHS[words[at]], int(day[1]), until) if day else None


def _in_year(year: str, month: int, day: int, until: date | None) -> date | None:
    """The day in that year; without a year, the latest one until then."""
    if year:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    if until is None:
        return None
    days = (_day(until.year - back, month, day) for back in range(8))
    return next((found for found in days if found is not None and found <= until), None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
