"""What a README says of the tracking sheet and of the calendar: Trefoil replaces both.

Courses teach tracking, too, have tracks, and sheets with data. So words are about the tracking sheet only if they name
tracking and what is tracked, and a link only if it leads to a sheet as well.
"""

import re
from collections.abc import Iterable
from operator import or_

from lib.text import folded
from sheets.understanding.readme_lines import OutlineLink

_TRACKING = (
    r"track(?:ing|ers?)|(?:keep(?:ing)?|to|we|you) track|track(?= (?:of|the|your|their|our|progress|questions?)\b)"
    r"|acompanhamento|seguimi?ento|suivi|\w*verfolg\w*|monitora\w*"
)
_PROGRESS = r"progress\w*|progreso|progres|\w*fortschritt\w*"
_SHEET = r"(?:spread)?sheets?|template|log|board|planilha|folha|hoja|feuille|tabelle|foglio"
_QUESTIONS_OR_PEOPLE = (
    r"questions?|perguntas?|duvidas?|preguntas?|dudas?|fragen|domande"
    r"|students?|learners?|mentees?|participants?|cohorts?|groups?|attendance"
)
_NAMES_TRACKING = re.compile(rf"\b(?:{_TRACKING})\b")
_NAMES_PROGRESS = re.compile(rf"\b(?:{_PROGRESS})\b")
_NAMES_SHEET = re.compile(rf"\b(?:{_SHEET})\b")
_NAMES_TRACKED = re.compile(rf"\b(?:{_PROGRESS}|{_QUESTIONS_OR_PEOPLE})\b")
_THE_TRACKER = re.compile(rf"\b(?:the|our|your|this) (?:tracker|tracking (?:{_SHEET}))\b")
_NAMES_MATERIAL = re.compile(r"\b(?:data(?:sets?)?|csv|experiments?|exercises?|projects?|models?|time)\b")
_NO_MORE = re.compile(rf"(?:(?:{_TRACKING}|{_PROGRESS}|{_SHEET}|the|our|your|of|google)(?: |$))+")
_SHEET_ADDRESS = re.compile(
    r"https?://(?:docs\.google\.com/spreadsheets/|(?:[\w-]+\.)?(?:airtable\.com|smartsheet\.com|trello\.com|notion\.so)/"
    r"|1drv\.ms/x/|[\w-]+\.sharepoint\.com/:x:/|[^\s?#]{1,500}\.(?:xlsx|ods)\b)",
    re.IGNORECASE,
)
_LINK = re.compile(r"\[([^\[\]]{1,500})\]\((https?://[^\s()]{1,1000})[^()]{0,300}\)")
_CALENDAR = re.compile(
    r"\b(?:calendar|schedule|time ?table|timeline|calendario|cronograma|calendrier|zeitplan|kalender)\b"
)
# What a calendar says beside its milestones.
_WHEN = re.compile(
    r"\b(?:\d+|weeks?|semanas?|semaines?|wochen?|settiman[ae]|days?|dates?|hours?|h|from|to|topics?|modules?"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\b"
)
_SUGGESTION = re.compile(
    r"\b(?:suggest\w*|propos\w*|recommend\w*|flexible|own|sugest\w*|sugerenc\w*|propri\w*|propi\w*|propre|eigene\w*)\b"
)
_DAYS = re.compile(
    r"\b(?:calendar|schedule|deadlines?|dates?|days|pace|calendario|prazos?|plazos?|dias|ritmo|delais|jours|fristen|tage)\b"
)
# Paragraphs, items of lists, and rows of tables.
_BLOCKS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+|]|\d+[.)]\s))")


def names_tracking(words: str) -> bool:
    """Whether the words name the tracking of progress or questions: "Progress tracking", "Tracker of group 3"."""
    key = folded(words)
    is_sheet = _NAMES_PROGRESS.search(key) and _NAMES_SHEET.search(key)
    is_named = is_sheet or (_NAMES_TRACKING.search(key) and _NAMES_TRACKED.search(key))
    return bool(is_named) and _is_no_material(words)


def is_tracking_section(title: str, text: str) -> bool:
    """Whether a section is about the tracking sheet: its title says so, or all of its text does.

    Below a title such as "Tracking" a part of the text is enough.
    """
    if names_tracking(title):
        return True
    blocks = [block for block in _BLOCKS.split(text) if folded(block)]
    links = [_LINK.findall(block) for block in blocks]
    to_tracking = [any(_leads_to_tracking(name, url) for name, url in each) for each in links]
    told = [names_tracking(_LINK.sub(r"\1", block)) for block in blocks]
    if _names_no_more(title):
        sheets = [name for each in links for name, url in each if _SHEET_ADDRESS.match(url)]
        return any(told) or any(map(_is_no_material, sheets))
    return any(to_tracking) and all(map(or_, told, to_tracking))


def is_tracking_sheet(link: OutlineLink, *, in_tracking: bool) -> bool:
    """Whether a link leads to a tracking sheet. In a section about tracking, each link without a kind does."""
    return not link.kind and (
        (in_tracking and _is_no_material(link.name)) or _leads_to_tracking(link.name, link.url)
    )


def _leads_to_tracking(name: str, url: str) -> bool:
    is_named = names_tracking(name) or _names_no_more(name) or _THE_TRACKER.search(folded(name))
    return bool(is_named and _SHEET_ADDRESS.match(url)) and _is_no_material(name)


def _is_no_material(words: str) -> bool:
    return not _NAMES_MATERIAL.search(folded(words))


def is_calendar_section(title: str, text: str, milestones: Iterable[str]) -> bool:
    """Whether a section says no more than when these milestones are, or that it is a suggestion."""
    titles = sorted(filter(None, map(folded, milestones)), key=len, reverse=True)
    if not titles or not _CALENDAR.search(folded(title)) or "://" in text:
        return False
    of_course = re.compile(rf"\b(?:{'|'.join(titles)})\b")
    blocks = map(folded, _BLOCKS.split(text))
    return all(
        _is_suggestion(block) or not _WHEN.sub("", of_course.sub("", block)).strip() for block in blocks
    )


def _is_suggestion(block: str) -> bool:
    is_of_days = _SUGGESTION.search(block) and _DAYS.search(block)
    return bool(is_of_days) and not re.search(r"\d", block)


def _names_no_more(words: str) -> bool:
    """Whether the words name nothing but tracking: "Keeping track", "Our tracking sheet", "Progress"."""
    key = folded(words)
    return bool((_NAMES_TRACKING.search(key) or _NAMES_PROGRESS.search(key)) and _NO_MORE.fullmatch(key))
