"""Weekly meetings, read from the line in which people write them: "Tuesdays 17:00, by video"."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

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
# "17:00", "18h30", "18 h 30", "18 h", "5.30 p.m.", "10.30"; also the "5" of "5-6 pm", so a number alone is no time yet.
_NUMBER = re.compile(
    r"(?<!\w)(?<!\d[.:])(?P<hour>[01]?\d|2[0-3])(?:(?P<mark>[:.]| ?h ?)(?P<minute>[0-5]\d)| ?(?P<h>h))?"
    r"(?: ?(?P<half>[ap])\.? ?m\b\.?)?(?!\w)",
    re.IGNORECASE,
)
_TO = re.compile(
    r"[-–—]| (?:to|until|till|(?:até|hasta)? ?(?:a|à|as|às|a las|las)|até|hasta) ", re.IGNORECASE
)
_AND = re.compile(r",? (?:and|&|e|y|et) ", re.IGNORECASE)
_CALL = re.compile(r"https://[^\s<>\"]+[^\s<>\".,;:!?)\]]", re.IGNORECASE)
_SPACED_DASH = re.compile(r"\s*[-–—]\s*")


@dataclass(frozen=True, slots=True)
class RegularMeeting:
    """The weekdays, 0 for Monday, the time in the cohort's time zone if it is known, and how they meet."""

    weekdays: frozenset[int]
    at: time | None
    how: str


def read_meeting(text: str) -> RegularMeeting | None:
    """Return when a group meets; None if the line names no weekday.

    Of several times the first counts. Weekdays after it count only if there are none before, or they are joined to it:
    "Tuesdays 17:00 and Thursdays", not "Mondays 10:00, Sun room".
    """
    days = [match for match in _WORD.finditer(text) if folded(match[0]) in _WEEKDAYS]
    if not days:
        return None
    begin, end = _clock(text)
    if begin:
        before = [day for day in days if day.start() < begin.start()]
        days = [*before, *_joined(days[len(before) :], end or begin, text)] if before else days
    ends_at = max(match.end() for match in (days[-1], begin, end) if match)
    return RegularMeeting(
        weekdays=frozenset(_WEEKDAYS[folded(match[0])] for match in days),
        at=_time(begin, end) if begin else None,
        how=text[ends_at:].strip(" ,.;:·-–—"),
    )


def every_week_at(moment: datetime) -> str:
    """The line of a weekly meeting, in the time zone of the moment: "Wednesdays 18:00"."""
    return f"{moment:%A}s {moment:%H:%M}"


def without_call(text: str) -> tuple[str, str]:
    """The line without the address of a call that stands in it, and that address: "Tuesdays 17:00, https://…"."""
    found = _CALL.search(text)
    if found is None:
        return text, ""
    before, after = text[: found.start()].rstrip(" ,;:(-–—"), text[found.end() :].lstrip(" ,;)")
    return ", ".join(filter(None, (before, after))), found[0]


def _clock(text: str) -> tuple[re.Match[str] | None, re.Match[str] | None]:
    """Return the start of the meeting, and its end if the line gives one: "17:00-18:00"."""
    found = list(_NUMBER.finditer(text))
    spans = [
        (begin, end if end and _is_range(begin, end, text) else None)
        for begin, end in pairwise([*found, None])
        if begin
    ]
    # A point is read as a time only where nothing else is: rooms have numbers such as 2.04.
    for is_time in (_is_clear, _has_point):
        for begin, end in spans:
            if is_time(begin) or (end and is_time(end)):
                return begin, end
    return None, None


def _joined(days: list[re.Match[str]], clock: re.Match[str], text: str) -> list[re.Match[str]]:
    """Those right after the time, unless another time follows that is theirs."""
    ends_at, joined = clock.end(), []
    for day in days:
        if not _AND.fullmatch(text[ends_at : day.start()]):
            break
        joined.append(day)
        ends_at = day.end()
    return [] if any(_is_clear(number) for number in _NUMBER.finditer(text, ends_at)) else joined


def _is_range(begin: re.Match[str], end: re.Match[str], text: str) -> bool:
    between = text[begin.end() : end.start()]
    if _TO.fullmatch(between):
        return True
    # Not "room 2 - 17:00" nor "17:00 - 2.04".
    is_alike = (_is_clear(begin), _has_point(begin)) == (_is_clear(end), _has_point(end))
    return bool(_SPACED_DASH.fullmatch(between) and (is_alike or end["half"]))


def _is_clear(number: re.Match[str]) -> bool:
    return bool(number["half"] or number["h"] or (number["mark"] and number["mark"] != "."))


def _has_point(number: re.Match[str]) -> bool:
    return number["mark"] == "."


def _time(begin: re.Match[str], end: re.Match[str] | None) -> time:
    hour, minute = int(begin["hour"]), int(begin["minute"] or 0)
    half = begin["half"] or (end and end["half"])
    if not half or hour > 12:
        return time(hour, minute)
    at = time(hour % 12 + (12 if half.lower() == "p" else 0), minute)
    if end and not begin["half"] and at > _time(end, None):
        # "11-1 pm" begins in the morning.
        return at.replace(hour=(at.hour + 12) % 24)
    return at
