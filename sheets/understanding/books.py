"""Sorts tables of several files into books: one per group, with its tracker and questions."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from lib.text import folded
from sheets.reading import Table
from sheets.understanding.labels import CALLED, title_above
from sheets.understanding.meanings import LEAVE_OUT, OWN, PEOPLE, PROGRESS, QUESTIONS
from sheets.understanding.questions import QuestionTab, understand_questions
from sheets.understanding.records.tabs import RecordTab, understand_record_tab
from sheets.understanding.roster import RosterTable, understand_roster
from sheets.understanding.tracker import Tracker, understand_tracker

# Names of tabs that say nothing of their group: "Sheet1", "Tracker".
_TABS = re.compile(
    r"(tracker|sheet|progress|folha|progresso|hoja|progreso|feuille?|suivi|tabelle|blatt) ?\d*"
)
_ENDING = re.compile(r"\.(xlsx|xlsm|csv|tsv|txt)$", re.IGNORECASE)


@dataclass(slots=True)
class Book:
    """Everything that belongs to one group. Each table comes with its index among the tables of all files."""

    name: str
    trackers: list[tuple[int, Tracker]] = field(default_factory=list)
    questions: list[tuple[int, QuestionTab]] = field(default_factory=list)
    records: list[tuple[int, RecordTab]] = field(default_factory=list)

    @property
    def meeting(self) -> str:
        return next((tracker.meeting for _, tracker in self.trackers if tracker.meeting), "")


type Rosters = dict[int, RosterTable]


def understand_books(
    tables: Sequence[Table], at: datetime, since: date | None = None
) -> tuple[list[Book], Rosters]:
    """Read tabs by what they mean: into books, and lists of people by the index of their table.

    The tabs of a workbook are one book; so are CSV files uploaded together.

    Args:
        at: the moment of the import, in the time zone of the moments in them.
        since: the first day that can be meant by one without a year.
    """
    trackers_as_text = sum(table.meant.kind == PROGRESS and not table.tab for table in tables)
    people: Rosters = {}
    books: dict[str, Book] = {}
    for n, table in enumerate(tables):
        kind = table.meant.kind
        if kind == PEOPLE:
            people[n] = understand_roster(table)
            continue
        if kind == LEAVE_OUT:
            continue
        name = _book_name(table, is_alone=trackers_as_text <= 1)
        book = books.setdefault(name, Book(_ENDING.sub("", table.file if table.tab else name)))
        if kind == PROGRESS:
            book.trackers.append((n, understand_tracker(table, at.date(), since)))
            if not table.tab:
                book.name = _csv_stem(table.file)
        elif kind == QUESTIONS:
            book.questions.append((n, understand_questions(table, at, since)))
        else:
            book.records.append((n, understand_record_tab(OWN[kind], table, at)))
    return list(books.values()), people


def counts_of(books: Sequence[Book], rosters: Rosters) -> dict[int, Counter[str]]:
    """Count what each table gives, for the page: people, groups, marks and questions."""
    counts: dict[int, Counter[str]] = {}
    for n, people in rosters.items():
        mentors = {str(mentor) for entry in people.entries for mentor in entry.mentors}
        groups = {entry.group for entry in people.entries if entry.group}
        counts[n] = Counter(person=len(people.entries), group=len(groups), mentor=len(mentors))
    for book in books:
        for n, tracker in book.trackers:
            cells = [cell for student in tracker.students for cell in student.cells if cell.mark.state]
            mentors = {str(mentor) for student in tracker.students for mentor in student.mentors}
            names = {str(student.person) for student in tracker.students}
            counts[n] = Counter(person=len(names), group=1, mentor=len(mentors), mark=len(cells))
        for n, tab in book.questions:
            counts[n] = Counter(question=len(tab.questions))
        for n, records in book.records:
            counts[n] = Counter(row=len(records.records))
    return counts


def _book_name(table: Table, *, is_alone: bool) -> str:
    """CSV files are one book; with several trackers, files whose names begin alike: "Group 1 - Tracker.csv"."""
    if table.tab:
        return f"workbook {table.file}"
    return "text" if is_alone else f"text {_csv_stem(table.file)}"


def _csv_stem(file: str) -> str:
    stem = _ENDING.sub("", file)
    return re.split(r"\s+[-–]\s+", stem)[0] if re.search(r"\s[-–]\s", stem) else stem


def group_name(stem: str) -> str:
    """The name of a group from the name of its file: "group_1" becomes "Group 1"."""
    text = " ".join(re.sub(r"[_\-]+", " ", stem).split())
    return (text[:1].upper() + text[1:])[:100] or "Group"


def group_names(tracker: Tracker, book: Book) -> list[str]:
    """Return possible names of a group that no label names, the likeliest first: its title, its file or its tab."""
    file, tab = group_name(book.name), tracker.understood.table.tab
    tabs = [group_name(tab)] if tab and not _TABS.fullmatch(folded(tab)) else []
    if len(book.trackers) > 1 and tab:
        names = [group_name(tab)]
    else:
        names = [file, *tabs] if CALLED.match(folded(file)) else [*tabs, file]
    return [*filter(None, [title_above(tracker.understood)]), *names]
