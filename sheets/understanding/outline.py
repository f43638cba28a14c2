"""Reads a course's README into an outline: weeks with hours and topics, prerequisites, group size, mentor minutes.

markdown-it parses the Markdown; only headings, paragraphs and list items are used, in their order.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from markdown_it import MarkdownIt

from lib.text import folded

# "Week 01 _(~3.5 hours)_", "## Semana 2: Prompts (3h)", "Semaine 3 – RAG".
_WEEK = re.compile(
    r"^(?:week|semana|semaine|woche|settimana)\s*0*(\d{1,3})\b(?:\s*(?:-|–|to|a|à|bis)\s*\d{1,3}\b)?(.*)$",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"\(?\s*~?\s*(?:ca\.\s*)?(\d{1,3}(?:[.,]\d{1,2})?)\s*"
    r"(?:h\b|hours?\b|horas?\b|heures?\b|stunden?\b|std\b\.?|ore\b)\s*\)?",
    re.IGNORECASE,
)
_PREREQUISITES = re.compile(r"^(pre ?requisit|pre ?requis|requirements?\b|requisitos)")
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            "two dois duas dos deux",
            "three tres trois",
            "four quatro cuatro quatre",
            "five cinco cinq",
            "six seis",
        ),
        start=2,
    )
    for word in words.split()
}
_GROUPS = re.compile(r"\b(?:groups?|grupos?|groupes?|teams?)\s+(?:of|de)\s+(\w+)")
_MINUTES = re.compile(
    r"(\d{1,3})\s*(?:minutes?|minutos?|min)\b"
    r"(?=.{0,60}?\b(?:per week|a week|weekly|each week|por semana|a la semana|par semaine))"
)
_MARKUP = str.maketrans("", "", "*_`")
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class OutlineTopic:
    """A milestone in the README. `line` counts from 1; `hours_shared` topics share the hours of their week."""

    line: int
    title: str
    week: int | None
    hours: Decimal | None
    hours_shared: int = 1


@dataclass(slots=True)
class Outline:
    """What a README says about its course; anything it does not mention is None or empty."""

    topics: list[OutlineTopic] = field(default_factory=list)
    prerequisites: str = ""
    group_size: int | None = None
    weekly_minutes: int | None = None
    # (line, its text, why it is not a milestone)
    unread: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (
            self.topics or self.prerequisites or self.group_size or self.weekly_minutes or self.unread
        )

    def add(self, other: "Outline") -> None:
        """Take what another file says too. What both say holds as the first says it."""
        self.topics += other.topics
        self.unread += other.unread
        self.prerequisites = self.prerequisites or other.prerequisites
        self.group_size = self.group_size or other.group_size
        self.weekly_minutes = self.weekly_minutes or other.weekly_minutes


@dataclass(frozen=True, slots=True)
class _MarkdownBlock:
    kind: str
    text: str
    line: int
    depth: int


@dataclass(slots=True)
class _OutlineWeek:
    number: int
    hours: Decimal | None
    title: str
    line: int
    topics: list[tuple[int, str]] = field(default_factory=list)


def understand_outline(text: str) -> Outline:
    outline = Outline()
    weeks = list(_weeks(_blocks(text), outline))
    for week in weeks:
        outline.topics += _topics(week, outline)
    _read_rules(text, outline)
    return outline


def _blocks(text: str) -> Iterator[_MarkdownBlock]:
    kind, depth = "paragraph", 0
    # Inline Markdown is not parsed: many repeated brackets would take seconds.
    for token in MarkdownIt("commonmark", {"html": False}).disable("inline").parse(text):
        if token.type == "heading_open":
            kind = token.tag
        elif token.type == "list_item_open":
            depth += 1
        elif token.type == "list_item_close":
            depth -= 1
        elif token.type == "inline":
            line = (token.map or [0])[0] + 1
            # A soft line break separates lines: people write weeks below each other in one paragraph.
            for n, part in enumerate(token.content.split("\n")):
                yield _MarkdownBlock("item" if depth else kind, _plain(part), line + n, depth)
            kind = "paragraph"


def _plain(text: str) -> str:
    """A line without emphasis marks; links become their text."""
    return " ".join(re.sub(r"!?\[([^\]]{0,500})\]\([^)]{0,2000}\)", r"\1", text).translate(_MARKUP).split())


def _weeks(blocks: Iterator[_MarkdownBlock], outline: Outline) -> Iterator[_OutlineWeek]:
    """Each week with its topics. A week ends at the next heading or at the next text outside a list."""
    week: _OutlineWeek | None = None
    section = ""
    prerequisites: list[str] = []
    for block in blocks:
        is_heading = block.kind.startswith("h")
        match = _WEEK.match(block.text)
        if is_heading:
            section = folded(block.text)
        if match:
            if week is not None:
                yield week
            week = _week(match, block)
        elif is_heading or (block.kind == "paragraph" and week is not None and week.topics):
            if week is not None:
                yield week
            week = None
        elif week is not None and block.kind == "item" and block.depth == 1:
            week.topics.append((block.line, block.text))
        elif week is None and block.text and _PREREQUISITES.match(section):
            prerequisites.append(f"- {block.text}" if block.kind == "item" else block.text)
    if week is not None:
        yield week
    outline.prerequisites = "\n".join(prerequisites)


def _week(match: re.Match[str], block: _MarkdownBlock) -> _OutlineWeek:
    rest = match[2]
    hours = _HOURS.search(rest)
    title = _HOURS.sub("", rest).strip(" :-–—.,()")
    return _OutlineWeek(int(match[1]), _hours(hours) if hours else None, title, block.line)


def _topics(week: _OutlineWeek, outline: Outline) -> Iterator[OutlineTopic]:
    """The milestones of a week: its title if it has one, else its topics. They share the hours that none names."""
    topics = [(week.line, week.title)] if week.title else week.topics
    if week.title and week.topics:
        why = "The list below it is not read: a week with a title of its own is one milestone."
        outline.unread.append((week.topics[0][0], week.topics[0][1][:_LONGEST_TITLE], why))
    if not topics:
        outline.unread.append((week.line, f"Week {week.number}", "It has neither a title nor topics."))
    if not 1 <= week.number <= 104:
        outline.unread.append((week.line, f"Week {week.number}", "Weeks go from 1 to 104."))
        return
    named = [_hours(own) for _, text in topics if (own := _HOURS.search(text))]
    shared = len(topics) - len(named)
    left = None if week.hours is None else week.hours - sum(named)
    for line, text in topics:
        own = _HOURS.search(text)
        title = _HOURS.sub("", text).strip(" :-–—.,()") if own else text
        if not title or len(title) > _LONGEST_TITLE:
            why = f"A title has {_LONGEST_TITLE} characters at most." if title else "It has no title."
            outline.unread.append((line, text[:_LONGEST_TITLE], why))
            continue
        if own or left is None or left <= 0:
            yield OutlineTopic(line, title, week.number, _hours(own) if own else None)
        else:
            yield OutlineTopic(line, title, week.number, (left / shared).quantize(Decimal("0.01")), shared)


def _hours(found: re.Match[str]) -> Decimal:
    return Decimal(found[1].replace(",", ".")).quantize(Decimal("0.01"))


def _read_rules(text: str, outline: Outline) -> None:
    plain = text[:200_000].lower()
    for match in _GROUPS.finditer(folded(plain)):
        number = int(match[1]) if match[1].isdigit() and len(match[1]) < 3 else _NUMBERS.get(match[1])
        if number is not None and 1 <= number <= 12:
            outline.group_size = number
            break
    minutes = _MINUTES.search(" ".join(plain.split()))
    if minutes and int(minutes[1]) <= 600:
        outline.weekly_minutes = int(minutes[1])
