"""Reads a course's README into an outline: its sections as they are written, weeks with hours and topics, the links
below a topic, links that stand out, group size and mentor minutes.

markdown-it tells the blocks apart. A line makes a week, a topic or a link of a topic, or it stays in the text of its
section, so nothing gets lost; what `readme_lines` leaves out is counted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from textwrap import dedent

from markdown_it import MarkdownIt

from lib.text import folded
from sheets.understanding.readme_lines import OutlineLink, ReadmeLine, dedented, read_line, shown_lines

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
PREREQUISITES = re.compile(r"^(pre ?requisit|pre ?requis|requirements?\b|requisitos)")
_EXPECTED = re.compile(r"expect|guideline|responsib|expectativ|orientac|attente|erwart|aspettativ")
_MEANT_FOR = {
    "students": re.compile(r"student|learner|mentee|estud|alun|alumn|etudiant|eleve|studier"),
    "mentors": re.compile(r"mentor|tutor"),
}
_NUMBERS = {
    **dict.fromkeys(("two", "dois", "duas", "dos", "deux"), 2),
    **dict.fromkeys(("three", "tres", "trois"), 3),
    **dict.fromkeys(("four", "quatro", "cuatro", "quatre"), 4),
    **dict.fromkeys(("five", "cinco", "cinq"), 5),
    **dict.fromkeys(("six", "seis"), 6),
}
_GROUPS = re.compile(r"\b(?:groups?|grupos?|groupes?|teams?)\s+(?:of|de)\s+(\w+)")
_MINUTES = re.compile(
    r"(\d{1,3})\s*(?:minutes?|minutos?|min)\b"
    r"(?=.{0,60}?\b(?:per week|a week|weekly|each week|por semana|a la semana|par semaine))"
)
_LONGEST_TITLE = 200
# The text above the first heading but the title of the course.
WELCOME = "Welcome"

type _Lines = list[tuple[int, str]]


@dataclass(slots=True)
class OutlineSection:
    """What a README says below a heading, line by line. `meant_for` is students, mentors, or empty."""

    line: int
    title: str
    level: int
    meant_for: str = ""
    lines: _Lines = field(default_factory=list)

    @property
    def body(self) -> str:
        """In Markdown, with an empty line where others were taken out."""
        return _joined(self.lines)


@dataclass(slots=True)
class OutlineTopic:
    """A milestone in the README, with what stands below it. `hours_shared` topics share the hours of their week.

    A week that has a title is one; another has topics.
    """

    line: int
    title: str
    below: _Lines = field(default_factory=list)
    links: list[OutlineLink] = field(default_factory=list)
    text: str = ""
    week: int | None = None
    hours: Decimal | None = None
    hours_shared: int = 1


@dataclass(slots=True)
class Outline:
    """What a README says about its course; anything it does not mention is None or empty."""

    topics: list[OutlineTopic] = field(default_factory=list)
    sections: list[OutlineSection] = field(default_factory=list)
    # Links in its sections that may be named ones of the course.
    links: list[OutlineLink] = field(default_factory=list)
    group_size: int | None = None
    weekly_minutes: int | None = None
    # (line, its text, why it is left out)
    unread: list[tuple[int, str, str]] = field(default_factory=list)


def understand_outline(text: str, outline: Outline | None = None) -> Outline:
    """Read a file, by itself. What an outline of other files says already holds as it says it."""
    outline = outline or Outline()
    lines, left_out = shown_lines(text)
    reader = _Reader(outline)
    reader.read(list(enumerate(lines, start=1)))
    reader.end_week()
    # A file without headings and weeks is no README.
    if reader.has_begun:
        outline.sections += [section for section in reader.sections.values() if section.body]
    for what, numbers in left_out.items():
        why = "Only the words of it stay, in the text around it."
        outline.unread.append((numbers[0], f"{what}: {len(numbers)}", why))
    _read_rules(text, outline)
    return outline


class _Reader:
    """Takes the blocks of a file one after the other. What no week takes is text of the section that is open."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.sections: dict[str, OutlineSection] = {}
        # With its first heading or week.
        self.has_begun = False
        self._section = self._begin_section(1, WELCOME, 7)
        self._parent = ""
        self._week: OutlineTopic | None = None
        self._level_of_week = 7
        self._topics: list[OutlineTopic] = []

    def read(self, lines: _Lines, *, in_item: bool = False) -> None:
        tokens = MarkdownIt("commonmark").disable("inline").parse("\n".join(line for _, line in lines))
        for at, token in enumerate(tokens):
            if token.nesting < 0 or token.map is None:
                continue
            block = lines[token.map[0] : token.map[1]]
            if token.type == "list_item_open" and token.level == 1:
                self._item(block, in_item=in_item)
            elif token.level or token.type in ("bullet_list_open", "ordered_list_open", "hr"):
                continue
            elif token.type == "heading_open":
                self._heading(int(token.tag[1]), block, read_line(block[0][0], tokens[at + 1].content))
            elif token.type == "paragraph_open":
                for number, line in block:
                    # People write weeks below each other in one paragraph.
                    if not self._begin_week(read_line(number, line), number, 7):
                        self._text([(number, line)])
            else:
                self._text(block)

    def _heading(self, level: int, block: _Lines, read: ReadmeLine) -> None:
        title, is_first, self.has_begun = read.text.rstrip(" :"), not self.has_begun, True
        key, parent = folded(title), self._parent if level > 2 else ""
        is_above = not _EXPECTED.search(key)
        is_expected = not is_above or _EXPECTED.search(folded(parent))
        readers = [who for who, named in _MEANT_FOR.items() if is_expected and named.search(key)]
        is_special = len(readers) == 1 or PREREQUISITES.match(key)
        is_below = self._week and self._week.title and level > self._level_of_week
        if self._week and is_below and not _WEEK.match(read.text):
            self._week.below += block
        elif self._begin_week(read, block[0][0], level):
            return
        elif title and len(title) <= _LONGEST_TITLE and (level <= max(2, self._section.level) or is_special):
            self.end_week()
            # The first heading is the title of the course.
            if is_first and level == 1 and not is_special:
                return
            self._section = self._begin_section(block[0][0], title, level)
            if len(readers) == 1:
                self._section.meant_for = readers[0]
                self._section.title = f"{parent}: {title}"[:_LONGEST_TITLE] if is_above else title
            self._parent = title if level <= 2 else self._parent
        else:
            self._text(block)

    def _item(self, block: _Lines, *, in_item: bool) -> None:
        number, line = block[0]
        if not in_item and _WEEK.match(read_line(number, line).text):
            self.read(dedented(block), in_item=True)
        elif self._week and not self._week.title:
            self._topics.append(OutlineTopic(number, line, block[1:]))
        else:
            self._text(block)

    def _text(self, block: _Lines) -> None:
        """A week ends at the next text outside a list, unless it has a title of its own: then the text is its."""
        if self._week and self._week.title:
            self._week.below += block
            return
        if self._topics:
            self.end_week()
        self._section.lines += block
        for number, line in block:
            read = read_line(number, line, self._section.title)
            self.outline.links += [link for link in read.links if link.kind or read.is_links]

    def _begin_section(self, number: int, title: str, level: int) -> OutlineSection:
        """A heading that is there twice goes on with its section."""
        section = self.sections.setdefault(folded(title) or title, OutlineSection(number, title, level))
        section.level = level
        return section

    def _begin_week(self, read: ReadmeLine, number: int, level: int) -> bool:
        match = _WEEK.match(read.text)
        if match:
            self.end_week()
            self.has_begun = True
            hours = _HOURS.search(match[2])
            title = _HOURS.sub("", match[2]).strip(" :-–—.,()")
            self._week = OutlineTopic(number, title, links=list(read.links), week=int(match[1]))
            self._week.hours = _hours(hours) if hours else None
            self._level_of_week = level
        return bool(match)

    def end_week(self) -> None:
        if self._week:
            self.outline.topics += _milestones(self._week, self._topics, self.outline)
        self._week, self._topics = None, []


def _joined(lines: _Lines) -> str:
    last, text = 0, []
    for number, line in lines:
        text.append(line if number == last + 1 else f"\n{line}")
        last = number
    return dedent("\n".join(text)).strip("\n").rstrip()


def _milestones(week: OutlineTopic, topics: list[OutlineTopic], outline: Outline) -> Iterator[OutlineTopic]:
    """Those of a week: itself if it has a title, else its topics. They share the hours that none names."""
    for topic in topics:
        _read_title(topic)
    topics = [week] if week.title else topics
    if not topics:
        outline.unread.append((week.line, f"Week {week.week}", "It has neither a title nor topics."))
    if not 1 <= (week.week or 0) <= 104:
        outline.unread.append((week.line, f"Week {week.week}", "Weeks go from 1 to 104."))
        return
    found = [_HOURS.search(topic.title) for topic in topics]
    named = [_hours(own) for own in found if own]
    left = (week.hours or Decimal(0)) - sum(named)
    for topic, own in zip(topics, found, strict=True):
        text = topic.title
        topic.title = _HOURS.sub("", text).strip(" :-–—.,()") if own else text
        if not topic.title or len(topic.title) > _LONGEST_TITLE:
            why = f"A title has {_LONGEST_TITLE} characters at most." if topic.title else "It has no title."
            outline.unread.append((topic.line, text[:_LONGEST_TITLE], why))
            continue
        topic.week = week.week
        if own:
            topic.hours = _hours(own)
        elif left > 0:
            topic.hours_shared = len(topics) - len(named)
            topic.hours = (left / topic.hours_shared).quantize(Decimal("0.01"))
        below = [(read_line(number, line, topic.title), (number, line)) for number, line in topic.below]
        topic.links += [link for read, _ in below for link in read.links]
        topic.text = _joined([written for read, written in below if not read.is_links])
        yield topic


def _read_title(topic: OutlineTopic) -> None:
    """Read the first line of an item: its title, and its links, which stand in the title or behind it."""
    read = read_line(topic.line, topic.title)
    topic.links += read.links
    is_label = read.links and read.before.rstrip()[-1:] in (":", "-", "–", "—")
    topic.title = read.before.strip(" :-–—") if is_label else read.text


def _hours(found: re.Match[str]) -> Decimal:
    return Decimal(found[1].replace(",", ".")).quantize(Decimal("0.01"))


def _read_rules(text: str, outline: Outline) -> None:
    plain = text[:200_000].lower()
    sizes = (
        int(match[1]) if match[1].isdigit() and len(match[1]) < 3 else _NUMBERS.get(match[1], 0)
        for match in _GROUPS.finditer(folded(plain))
    )
    outline.group_size = outline.group_size or next((size for size in sizes if 1 <= size <= 12), None)
    minutes = _MINUTES.search(" ".join(plain.split()))
    if minutes and int(minutes[1]) <= 600:
        outline.weekly_minutes = outline.weekly_minutes or int(minutes[1])
