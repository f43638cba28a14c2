"""Sorts tables of several files into books: one per group, with its tracker, questions and selected modules."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lib.text import folded
from sheets.reading import Table
from sheets.understanding.columns import ColumnField, Corrections, column_field, understand_table
from sheets.understanding.day_orders import DayOrders
from sheets.understanding.exported import exported_kind
from sheets.understanding.marks import read_yes, words_of
from sheets.understanding.questions import FIELDS as QUESTION_FIELDS
from sheets.understanding.questions import QuestionTab, is_question_tab, understand_questions
from sheets.understanding.records import RecordTab, record_kind, understand_record_tab
from sheets.understanding.tracker import (
    Tracker,
    is_ticked_rather_than_asked,
    is_tracker,
    may_be_tracker,
    understand_tracker,
)

COURSE_FIELDS: tuple[ColumnField, ...] = (
    column_field(
        "path", "learning path", "learning path,path,course,percurso,trilha,curso,ruta,parcours,cours"
    ),
    column_field("module", "module", "module,milestone,topic,modulo,tema", is_required=True),
    column_field(
        "selected",
        "selected",
        "selected,chosen,active,selecionado,escolhido,seleccionado,elegido,selectionne,choisi",
        is_required=True,
    ),
)
# What people write in a “selected” column instead of ticking a check box.
_SELECTED = words_of(
    "selected,chosen,active,included,in,selecionado,selecionada,escolhido,escolhida,ativo,ativa,incluído,seleccionado,"
    "seleccionada,elegido,elegida,activo,activa,incluido,sélectionné,sélectionnée,choisi,choisie,actif,active,inclus"
)
_NOT_SELECTED = words_of(
    "not selected,unselected,not chosen,inactive,excluded,out,não selecionado,inativo,excluído,no seleccionado,"
    "inactivo,excluido,non sélectionné,non choisi,inactif,exclu"
)
_ENDING = re.compile(r"\.(xlsx|xlsm|csv|tsv|txt)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ModuleSelection:
    """A row of the courses tab: a module and whether the group takes it. `note` says what is not understood."""

    path: str
    module: str
    is_selected: bool
    location: str
    note: str = ""


@dataclass(slots=True)
class Book:
    """Everything that belongs to one group. Each table comes with its index among the tables of all files."""

    name: str
    trackers: list[tuple[int, Tracker]] = field(default_factory=list)
    questions: list[tuple[int, QuestionTab]] = field(default_factory=list)
    selections: list[ModuleSelection] = field(default_factory=list)
    records: list[tuple[int, RecordTab]] = field(default_factory=list)

    @property
    def group(self) -> str:
        return next((tracker.group for _, tracker in self.trackers if tracker.group), "")

    @property
    def meeting(self) -> str:
        return next((tracker.meeting for _, tracker in self.trackers if tracker.meeting), "")


@dataclass(frozen=True, slots=True)
class BookSet:
    """All books, the tables that belong to none, and those for reading alone, each with what it holds."""

    books: tuple[Book, ...]
    unknown: tuple[Table, ...]
    exported: tuple[tuple[Table, str], ...]


def understand_books(
    tables: Sequence[Table], corrections: Corrections | None, at: datetime, orders: DayOrders | None = None
) -> BookSet:
    """Recognise tabs by their content. The tabs of a workbook are one book; so are CSV files uploaded together.

    Args:
        at: the moment of the import, in the time zone of the moments in them.
        orders: what people said about days such as 5/10; collects what to ask.
    """
    titles = _titles(tables)
    roles = _roles(tables, titles)
    trackers_as_text = sum(
        1 for table, role in zip(tables, roles, strict=True) if role == "tracker" and not table.tab
    )
    books: dict[str, Book] = {}
    unknown = []
    exported = []
    for n, (table, role) in enumerate(zip(tables, roles, strict=True)):
        if kind := exported_kind(table):
            exported.append((table, kind))
            continue
        if not role:
            unknown.append(table)
            continue
        name = _book_name(table, is_alone=trackers_as_text <= 1)
        book = books.setdefault(name, Book(_ENDING.sub("", table.file if table.tab else name)))
        if role == "tracker":
            known = titles.get(_file(table), frozenset())
            book.trackers.append((n, understand_tracker(table, known, corrections)))
            if not table.tab:
                book.name = _csv_stem(table.file)
        elif role == "questions":
            book.questions.append((n, understand_questions(table, corrections, at, orders)))
        elif role == "courses":
            book.selections += _selections(table)
        elif record := record_kind(table):
            book.records.append((n, understand_record_tab(record, table, corrections, at)))
    return BookSet(tuple(books.values()), tuple(unknown), tuple(exported))


def _file(table: Table) -> str:
    """What a courses tab applies to: its workbook, or all CSV files uploaded together."""
    return table.file if table.tab else ""


def _titles(tables: Sequence[Table]) -> dict[str, frozenset[str]]:
    titles: dict[str, frozenset[str]] = {}
    for table in tables:
        if _is_courses(table):
            named = {selection.module for selection in _selections(table)}
            titles[_file(table)] = titles.get(_file(table), frozenset()) | named
    return titles


def _is_courses(table: Table) -> bool:
    return not understand_table(table, COURSE_FIELDS).missing


def _roles(tables: Sequence[Table], titles: dict[str, frozenset[str]]) -> list[str]:
    """The role of each table. If a file has no tracker, a tab that looks like one becomes it, to be corrected."""
    roles = [_role(table, titles.get(_file(table), frozenset())) for table in tables]
    tracked = {_file(table) for table, role in zip(tables, roles, strict=True) if role == "tracker"}
    for n, table in enumerate(tables):
        if not roles[n] and _file(table) not in tracked:
            known = titles.get(_file(table), frozenset())
            roles[n] = "tracker" if may_be_tracker(table, known) else ""
    return roles


def _role(table: Table, titles: frozenset[str]) -> str:
    if record_kind(table) or exported_kind(table):
        return "record"
    if _is_courses(table):
        return "courses"
    if is_question_tab(table):
        return "tracker" if _counts_questions(table) else "questions"
    return "tracker" if is_tracker(table, titles) else ""


def _counts_questions(table: Table) -> bool:
    """Whether a tab is a tracker with a column that counts questions: it has neither days nor answers."""
    read = understand_table(table, QUESTION_FIELDS)
    if any(read.column(name) is not None for name in ("day", "answer")):
        return False
    question = read.column("question")
    return question is not None and is_ticked_rather_than_asked(table, question)


def _book_name(table: Table, *, is_alone: bool) -> str:
    """CSV files are one book; with several trackers, files whose names begin alike: "Group 1 - Tracker.csv"."""
    if table.tab:
        return f"workbook {table.file}"
    return "text" if is_alone else f"text {_csv_stem(table.file)}"


def _csv_stem(file: str) -> str:
    stem = _ENDING.sub("", file)
    return re.split(r"\s+[-–]\s+", stem)[0] if re.search(r"\s[-–]\s", stem) else stem


def _selections(table: Table) -> list[ModuleSelection]:
    read = understand_table(table, COURSE_FIELDS)
    selected = read.column("selected")
    selections = []
    for row in read.rows:
        module = read.text(row, "module")
        if not module or selected is None:
            continue
        is_selected, wrong = read_yes(row.cell(selected), _SELECTED, _NOT_SELECTED)
        location = table.location(row.number, selected)
        note = f"{location}: {wrong} “{module[:60]}” counts as not selected." if wrong else ""
        path = read.text(row, "path")
        selections.append(ModuleSelection(path, module, bool(is_selected), table.location(row.number), note))
    return selections


def group_name(stem: str) -> str:
    """The name of a group from the name of its file: "group_1" becomes "Group 1"."""
    text = " ".join(re.sub(r"[_\-]+", " ", stem).split())
    return (text[:1].upper() + text[1:])[:100] or "Group"


def same_path(path: str, other: str) -> bool:
    return not path or not other or folded(path) == folded(other)
