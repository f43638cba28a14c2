"""Reads a course's README into an outline: its sections as they are written, weeks with hours and topics, the links
below a topic, and links that stand out.

markdown-it tells the blocks apart. A line makes a week, a topic or a link of a topic, or it stays in the text of its
section, so nothing gets lost; what `readme_lines` leaves out is counted.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from textwrap import dedent

from markdown_it import MarkdownIt

from lib.text import folded
from sheets.understanding.readme_lines import OutlineLink, ReadmeLine, dedented, read_line, shown_lines
from sheets.understanding.replaced import is_tracking_section, names_tracking

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
_LONGEST_TITLE = 200
# The text above the first heading but the title of the course.
WELCOME = "Welcome"

type _Lines = list[tuple[int, str]]


@dataclass(slots=True)
class OutlinePart:
    """The lines of a README below a heading or topic: a milestone if it has a week, else a section.

    `meant_for` is students, mentors, or empty. `hours_shared` milestones share the hours of their week.
    """

    line: int
    title: str
    lines: _Lines = field(default_factory=list)
    links: list[OutlineLink] = field(default_factory=list)
    level: int = 7
    meant_for: str = ""
    week: int | None = None
    hours: Decimal | None = None
    hours_shared: int = 1

    @property
    def text(self) -> str:
        """In Markdown, with an empty line where others were removed."""
        last, text = 0, []
        for number, line in self.lines:
            text.append(line if number == last + 1 else f"\n{line}")
            last = number
        return dedent("\n".join(text)).strip("\n").rstrip()

    @property
    def is_tracking(self) -> bool:
        return is_tracking_section(self.title, self.text)


@dataclass(slots=True)
class Outline:
    """The outline of a course, as its files give it."""

    milestones: list[OutlinePart] = field(default_factory=list)
    sections: list[OutlinePart] = field(default_factory=list)
    # (line, its text, why it is left out)
    unread: list[tuple[int, str, str]] = field(default_factory=list)


def understand_outline(text: str, outline: Outline | None = None) -> Outline:
    """Read a file, by itself. An outline of other files already holds as it is."""
    outline = outline or Outline()
    lines, left_out = shown_lines(text)
    reader = _Reader(outline)
    reader.read(list(enumerate(lines, start=1)))
    reader.end_week()
    # A file without headings and weeks is no README.
    if reader.has_begun:
        outline.sections += [section for section in reader.sections.values() if section.text]
    for what, numbers in left_out.items():
        why = "Only the words of it stay, in the text around it."
        outline.unread.append((numbers[0], f"{what}: {len(numbers)}", why))
    return outline


class _Reader:
    """Takes the blocks of a file one after the other. Lines outside of weeks are text of the open section."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.sections: dict[str, OutlinePart] = {}
        # With its first heading or week.
        self.has_begun = False
        self._section = self._begin_section(OutlinePart(1, WELCOME))
        # What goes on below a part about tracking, which is a section of its own.
        self._around: OutlinePart | None = None
        self._parent = ""
        self._week: OutlinePart | None = None
        # Of the week: itself if it has a title.
        self._topics: list[OutlinePart] = []

    def read(self, lines: _Lines, *, in_item: bool = False) -> None:
        tokens = MarkdownIt("commonmark").disable("inline").parse("\n".join(line for _, line in lines))
        for at, token in enumerate(tokens):
            if token.nesting < 0 or token.map is None:
                continue
            block = lines[token.map[0] : token.map[1]]
            if token.type == "list_item_open" and token.level == 1:
                number, line = block[0]
                read = read_line(number, line)
                if not in_item and _WEEK.match(read.text):
                    self.read(dedented(block), in_item=True)
                elif self._week and not self._week.title:
                    title, hours = _without_hours(read.title)
                    self._topics.append(OutlinePart(number, title, block[1:], [*read.links], hours=hours))
                else:
                    self._text(block)
            elif token.level or token.type in ("bullet_list_open", "ordered_list_open", "hr"):
                continue
            elif token.type == "heading_open":
                self._heading(int(token.tag[1]), block, tokens[at + 1].content)
            elif token.type == "paragraph_open":
                for number, line in block:
                    # People write weeks below each other in one paragraph.
                    if not self._begin_week(read_line(number, line), number, 7):
                        self._text([(number, line)])
            else:
                self._text(block)

    def _heading(self, level: int, block: _Lines, content: str) -> None:
        read = read_line(block[0][0], content)
        number, title, is_first = block[0][0], read.text.rstrip(" :"), not self.has_begun
        self.has_begun = True
        key, parent = folded(title), self._parent if level > 2 else ""
        is_expected = _EXPECTED.search(f"{folded(parent)} {key}")
        readers = [who for who, named in _MEANT_FOR.items() if is_expected and named.search(key)]
        is_special = len(readers) == 1 or PREREQUISITES.match(key)
        if self._around and level <= self._section.level:
            self._section, self._around = self._around, None
        is_part = level > max(2, self._section.level)
        is_tracking = is_part and names_tracking(title)
        is_below = self._week and self._week.title and level > self._week.level
        if is_below and not _WEEK.match(read.text):
            self._text(block)
        elif self._begin_week(read, number, level):
            return
        elif title and len(title) <= _LONGEST_TITLE and (not is_part or is_special or is_tracking):
            self.end_week()
            self._around = self._section if is_tracking else None
            # The first heading is the title of the course.
            if is_first and level == 1 and not is_special:
                return
            section = self._section = self._begin_section(OutlinePart(number, title, level=level))
            if len(readers) == 1:
                section.meant_for = readers[0]
                section.title = title if _EXPECTED.search(key) else f"{parent}: {title}"[:_LONGEST_TITLE]
            self._parent = title if level <= 2 else self._parent
            if read.is_links:
                self._text([(number, content)])
        else:
            self._text(block)

    def _text(self, block: _Lines) -> None:
        """A week ends at the next text outside a list, unless it has a title of its own: then the text is its."""
        if self._week and self._week.title:
            self._week.lines += block
            return
        if self._topics:
            self.end_week()
        self._section.lines += block
        for number, line in block:
            read = read_line(number, line, self._section.title)
            self._section.links += [link for link in read.links if link.kind or read.is_links]

    def _begin_section(self, section: OutlinePart) -> OutlinePart:
        """A heading that is there twice goes on with its section."""
        known = self.sections.setdefault(folded(section.title) or section.title, section)
        known.level = section.level
        return known

    def _begin_week(self, read: ReadmeLine, number: int, level: int) -> bool:
        match = _WEEK.match(read.text)
        if match:
            self.end_week()
            self.has_begun = True
            title, hours = _without_hours(match[2])
            self._week = OutlinePart(number, title, [], [*read.links], level, "", int(match[1]), hours)
            self._topics = [self._week] if title else []
        return bool(match)

    def end_week(self) -> None:
        """Its topics are milestones. They share the hours that none of them names."""
        week, topics, self._week, self._topics = self._week, self._topics, None, []
        if week is None:
            return
        if not topics:
            self.outline.unread.append((week.line, f"Week {week.week}", "It has neither a title nor topics."))
        if not 1 <= (week.week or 0) <= 104:
            self.outline.unread.append((week.line, f"Week {week.week}", "Weeks go from 1 to 104."))
            return
        left = (week.hours or Decimal(0)) - sum(topic.hours or 0 for topic in topics)
        sharing = [topic for topic in topics if topic.hours is None]
        for topic in topics:
            if not topic.title or len(topic.title) > _LONGEST_TITLE:
                why = (
                    f"A title has {_LONGEST_TITLE} characters at most." if topic.title else "It has no title."
                )
                self.outline.unread.append((topic.line, topic.title[:_LONGEST_TITLE], why))
                continue
            topic.week = week.week
            if topic.hours is None and left > 0:
                topic.hours_shared = len(sharing)
                topic.hours = (left / len(sharing)).quantize(Decimal("0.01"))
            below, topic.lines = topic.lines, []
            for number, line in below:
                read = read_line(number, line, topic.title)
                topic.links += read.links
                topic.lines += [] if read.is_links else [(number, line)]
            self.outline.milestones.append(topic)


def _without_hours(text: str) -> tuple[str, Decimal | None]:
    """A title and its hours: "Prompts (3h)", "Ernte – ca. 2 Std."."""
    found = _HOURS.search(text)
    if found is None:
        return text.strip(" :-–—.,"), None
    hours = Decimal(found[1].replace(",", ".")).quantize(Decimal("0.01"))
    return _HOURS.sub("", text).strip(" :-–—.,()"), hours
