"""When a group meets every week, read from the line in which people write it: "Tuesdays 17:00, by video"."""

import re
from dataclasses import dataclass
from datetime import time

from lib.text import folded

# Monday to Sunday, in the languages of the sheets that are imported.
_DAYS = (
    "monday mondays mon lundi lundis lunes segunda segundas",
    "tuesday tuesdays tue tues mardi mardis martes terca tercas",
    "wednesday wednesdays wed mercredi mercredis miercoles quarta quartas",
    "thursday thursdays thu thur thurs jeudi jeudis jueves quinta quintas",
    "friday fridays fri vendredi vendredis viernes sexta sextas",
    "saturday saturdays sat samedi samedis sabado sabados",
    "sunday sundays sun dimanche dimanches domingo domingos",
)
_WEEKDAYS = {word: number for number, words in enumerate(_DAYS) for word in words.split()}
_WORD = re.compile(r"[^\W\d_]+")
# A point is read as a time only where nothing else is: rooms have numbers such as 2.04.
_TIMES = (
    re.compile(r"\b([01]?\d|2[0-3])(?::|h)([0-5]\d)\b"),
    re.compile(r"\b(1[0-2]|0?[1-9])(?::([0-5]\d))? ?(am|pm)\b", re.IGNORECASE),
    re.compile(r"\b([01]?\d|2[0-3]) ?h()\b"),
    re.compile(r"\b([01]?\d|2[0-3])\.([0-5]\d)\b"),
)


@dataclass(frozen=True, slots=True)
class RegularMeeting:
    """The weekdays, 0 for Monday, the time in the cohort's time zone if it is known, and how they meet."""

    weekdays: frozenset[int]
    at: time | None
    how: str


def read_meeting(text: str) -> RegularMeeting | None:
    """Return when a group meets; None if the line names no weekday."""
    days = [match for match in _WORD.finditer(text) if folded(match[0]) in _WEEKDAYS]
    if not days:
        return None
    clock = _clock(text)
    ends_at = max(days[-1].end(), clock.end() if clock else 0)
    return RegularMeeting(
        weekdays=frozenset(_WEEKDAYS[folded(match[0])] for match in days),
        at=_time(clock) if clock else None,
        how=text[ends_at:].strip(" ,.;:·-–—"),
    )


def _clock(text: str) -> re.Match[str] | None:
    afternoon = _TIMES[1].search(text)
    return afternoon or next((match for each in _TIMES if (match := each.search(text))), None)


def _time(clock: re.Match[str]) -> time:
    hour, minute = int(clock[1]), int(clock[2] or 0)
    if clock.re is _TIMES[1]:
        hour = hour % 12 + (12 if clock[3].lower() == "pm" else 0)
    return time(hour, minute)
