"""Proposes what a tab holds. A person sees it, says otherwise, and `SheetImport.options` keeps what they said."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from lib.text import folded
from sheets.models.kept import SaidOfTab
from sheets.reading import CellValue, SheetRow, Table, TabMeaning
from sheets.reading.limits import LIMITS
from sheets.understanding import materials, questions, roster, tracker
from sheets.understanding.columns import (
    LOOKED_AT,
    UNSURE,
    ColumnField,
    fields_of,
    header_at,
    understand_table,
    width_of,
)
from sheets.understanding.content import has_addresses, with_likely
from sheets.understanding.dates import DayOrder, unclear_day
from sheets.understanding.exported import exported_kind
from sheets.understanding.marks import DAY, DAY_DONE, mark_key
from sheets.understanding.milestones import MilestoneTitles
from sheets.understanding.records.tabs import LAYOUTS, RecordKind, record_kind
from sheets.understanding.tracker_columns import milestone_of_tab, propose_tracker
from tracker.models import Progress

PEOPLE, PROGRESS, QUESTIONS, MATERIALS = "people", "progress", "questions", "materials"
# Progress whose table is turned when it is read, so that it has a row a person like any other.
ACROSS = "across"
LEAVE_OUT = ""
# Tabs that Trefoil exported, by the kind of their records.
OWN = {f"own {kind}": kind for kind in RecordKind}
FIELDS: Mapping[str, Sequence[ColumnField]] = {
    PEOPLE: roster.FIELDS,
    PROGRESS: tracker.FIELDS,
    ACROSS: tracker.FIELDS,
    QUESTIONS: questions.FIELDS,
    MATERIALS: materials.FIELDS,
    LEAVE_OUT: (),
} | {own: LAYOUTS[kind].fields for own, kind in OWN.items()}
_LABELS = {
    PEOPLE: "People",
    PROGRESS: "Progress, a person a row",
    ACROSS: "Progress, a person a column",
    QUESTIONS: "Questions",
    MATERIALS: "Materials",
    LEAVE_OUT: "Leave out",
}


def kind_of(table: Table) -> str:
    return ACROSS if table.is_turned else table.meant.kind


def kind_choices(table: Table) -> list[tuple[str, str]]:
    kind = kind_of(table)
    if kind in OWN:
        return [(kind, f"{OWN[kind].capitalize()}, as exported"), (LEAVE_OUT, _LABELS[LEAVE_OUT])]
    return [
        choice
        for choice in _LABELS.items()
        if ((choice[0] == MATERIALS) is (kind == MATERIALS) or not choice[0])
        and (choice[0] != ACROSS or _may_be_turned(table))
    ]


def shape_of(table: Table, milestones: MilestoneTitles) -> str:
    """A hash of the headers as proposed: what is said of one tab holds for all of the same shape."""
    meaning = table.meant
    rows = {meaning.header: table.rows[meaning.header]}
    if meaning.kind == PROGRESS:
        rows[-1] = table.rows[meaning.titles]
    cells = [(n, folded(row.text(n))) for row in rows.values() for n in range(len(row.cells))]
    # Percentages above the columns differ from tab to tab.
    texts = [f"{n} {text}" for n, text in cells if any(map(str.isalpha, text))]
    if meaning.kind == PROGRESS and (of_tab := milestone_of_tab(table, meaning.titles, milestones)):
        texts.append(of_tab.title)
    return hashlib.sha256("|".join([str(table.is_hidden), *texts]).encode()).hexdigest()[:12]


def proposed(
    table: Table, milestones: MilestoneTitles, said: SaidOfTab | None = None, *, door: str = ""
) -> Table:
    """The table with what was said of it; what was not said is proposed.

    Args:
        milestones: those of the course.
        door: where the file was given: a list of people, or of materials, is one unless somebody says otherwise.
    """
    said = said or {}
    if last := said.get("last"):
        rows = tuple(row for row in table.rows if row.number <= last) or table.rows[:1]
        table = replace(table, rows=rows, rows_below=len(table.rows) - len(rows))
    kind = said.get("kind")
    if kind is None:
        kind = _kind(table.seen(), milestones, door)
    header = said.get("header")
    if kind == ACROSS:
        at = header_at(table, ())
        table, kind, header = table.turned(at), PROGRESS, at if header is None else header
    if header is not None and header >= len(table.rows):
        header = None
    meaning = _meaning(table.seen(), kind, header, milestones)
    if "columns" in said:
        known = {tracker.OF_ROW, *Progress.State, *(str(milestone.pk) for milestone in milestones.all)}
        columns = {int(n): _of_course(name, known) for n, name in said["columns"].items() if name}
        chosen = set(columns.values())
        columns = {
            n: name
            for n, name in columns.items()
            if name.removeprefix(UNSURE) == name or name[1:] not in chosen
        }
        meaning = replace(meaning, columns=columns)
    meaning = replace(meaning, marks={DAY: DAY_DONE} | said.get("marks", {}))
    rows = table.rows[meaning.header + 1 :]
    of_column = {n: unclear_day(days_of(rows, meaning, n)) for n in meaning.columns}
    _, of_tab = unclear_day(cell for n in meaning.columns for cell in days_of(rows, meaning, n))
    orders: dict[int, str] = {
        n: order or of_tab or DayOrder.DAY for n, (text, order) in of_column.items() if text
    }
    orders |= {int(n): order for n, order in said.get("day_orders", {}).items() if order}
    return replace(table, meaning=replace(meaning, day_orders=orders))


def _of_course(name: str, known: Collection[str]) -> str:
    """The field of a column; of a milestone that is gone, or of another course, one has to choose anew."""
    what, _, pk = name.partition(":")
    return name if not pk or pk in known else what


def _meaning(table: Table, kind: str, header: int | None, milestones: MilestoneTitles) -> TabMeaning:
    """What is proposed of the table; a column of addresses needs no header."""
    meaning = _by_headers(table, kind, header, milestones)
    field = {PEOPLE: "email", PROGRESS: "email", QUESTIONS: "student_email"}.get(kind)
    rows = table.rows[meaning.header + 1 :]
    if field and field not in meaning.columns.values() and not table.is_turned:
        free = (n for n in range(width_of(rows[:LOOKED_AT])) if n not in meaning.columns)
        addresses = next((n for n in free if has_addresses(rows, n)), None)
        if addresses is not None:
            return replace(meaning, columns={**meaning.columns, addresses: field})
    return meaning


def _by_headers(table: Table, kind: str, header: int | None, milestones: MilestoneTitles) -> TabMeaning:
    if kind == PROGRESS:
        meaning = propose_tracker(table, milestones, header)
        named = meaning.numbers(f"{UNSURE}name")
        if table.is_turned and (len(named) == 1 or not tracker.has_names(meaning)):
            rows = table.rows[meaning.header + 1 :]
            filled = (n for n in range(width_of(rows)) if any(row.text(n) for row in rows))
            names = next(iter([*named, *filled]), 0)
            meaning = replace(meaning, columns={**meaning.columns, names: "name"})
        return meaning
    fields = FIELDS[kind] or roster.FIELDS
    at = header_at(table, fields) if header is None else header
    width = width_of(table.rows[at : at + LOOKED_AT])
    columns = fields_of(table.rows[at], width, FIELDS[kind])
    if kind == PEOPLE:
        columns = with_likely(table, at, set(range(width)) - columns.keys(), columns)
    return TabMeaning(kind, at, columns)


def _kind(table: Table, milestones: MilestoneTitles, door: str) -> str:
    if door != PEOPLE and (kind := record_kind(table)):
        return f"own {kind}"
    if exported_kind(table) or table.is_hidden:
        return LEAVE_OUT
    if door == MATERIALS:
        read = understand_table(replace(table, meaning=None), materials.FIELDS)
        return LEAVE_OUT if read.missing else MATERIALS
    if door != PEOPLE and _is_across(table, milestones):
        return ACROSS
    people = _meaning(table, PEOPLE, None, milestones)
    fields = set(people.columns.values())
    has_people = not {"email", *tracker.NAMES}.isdisjoint(fields) or (
        f"{UNSURE}name" in fields and not all(field.startswith(UNSURE) for field in fields)
    )
    if door == PEOPLE:
        return PEOPLE if has_people else LEAVE_OUT
    progress = propose_tracker(table, milestones)
    if is_asked := questions.is_question_tab(table):
        # A column that says whether a question is solved is no milestone of that name.
        asked = _meaning(table, QUESTIONS, None, milestones).columns
        others = {n: name for n, name in progress.columns.items() if n not in asked}
        progress = replace(progress, columns=others)
    is_marked = tracker.has_marks(table, progress)
    has_titles = any(":" in name for name in progress.columns.values())
    if is_asked:
        # One that only counts the questions of each person has marks of milestones.
        is_counted = is_marked and has_titles and questions.own_columns(table) is None
        return PROGRESS if is_counted else QUESTIONS
    if not tracker.has_names(progress):
        if "email" in people.columns.values() and not is_marked:
            return PEOPLE
        return LEAVE_OUT
    if "email" in people.columns.values() and not is_marked:
        return PROGRESS if has_titles or tracker.names_group(table, progress) else PEOPLE
    if f"{UNSURE}name" in progress.columns.values() and not (has_titles or progress.numbers(tracker.LISTED)):
        return LEAVE_OUT
    has_columns = bool(progress.numbers(*tracker.AT_MILESTONE))
    return PROGRESS if has_columns or tracker.names_group(table, progress) else LEAVE_OUT


def _is_across(table: Table, milestones: MilestoneTitles) -> bool:
    """Whether a column has each milestone once, and several others nothing but marks."""
    rows = table.rows[header_at(table, ()) + 1 :]
    columns = [n for n in range(width_of(rows)) if any(row.text(n) for row in rows)]
    others = [n for n in columns if not tracker.is_marked(rows, n)]
    is_once = len(others) == 1 and len({row.text(others[0]) for row in rows}) == len(rows)
    is_wide = len(columns) > 2 and _may_be_turned(table)
    return is_once and is_wide and tracker.are_titles(rows, others[0], milestones)


def _may_be_turned(table: Table) -> bool:
    """A row becomes a column, and a table has only so many of these."""
    return table.rows[-1].number <= LIMITS.columns


def days_of(rows: Sequence[SheetRow], meaning: TabMeaning, number: int) -> Iterator[CellValue]:
    """The cells of a column that are days, of which one order holds."""
    what = meaning.columns.get(number, "").partition(":")[0]
    for cell in (row.cell(number) for row in rows if what in ("day", tracker.DAY_DONE_AT, tracker.MARKS)):
        if what != tracker.MARKS or (isinstance(cell, str) and meaning.marks.get(mark_key(cell)) == DAY_DONE):
            yield cell
