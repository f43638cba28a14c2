"""Reads the tracker tab of a tracking sheet: members of the group, mentors, progress."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations

from lib.mentions import Mention, read_people
from lib.text import counted
from sheets.reading import CellValue, SheetRow, Table, TabMeaning
from sheets.reading.tables import is_empty, text_of
from sheets.understanding.columns import (
    LOOKED_AT,
    UNSURE,
    ColumnField,
    SheetColumn,
    UnderstoodTable,
    column_field,
    named_columns,
    understand_table,
    width_of,
)
from sheets.understanding.labels import GROUP, MEETING, labelled, mentors_above
from sheets.understanding.marks import DAY_DONE, DAYS, TrackerMark, mark_key, read_mark
from sheets.understanding.milestones import MilestoneTitles
from sheets.understanding.roster import FIELDS as ROSTER_FIELDS
from sheets.understanding.roster import UnreadRow, person_of
from sheets.understanding.totals import is_count, is_total, is_total_row

# A column of a milestone, each with the milestone's id, or of the one that its row names: "marks:12", "marks:row";
# or its cells list milestones, all in one state: "listed:done". Without that it is still to be chosen.
MARKS, HOURS, DAY_DONE_AT, LISTED = "marks", "hours", "done", "listed"
AT_MILESTONE = (MARKS, HOURS, DAY_DONE_AT, LISTED)
OF_ROW = "row"
NAMES = ("name", "first_name", "last_name")
_BY_NAME = {roster_field.name: roster_field for roster_field in ROSTER_FIELDS}
_MODULE = column_field("module", "title of a milestone", "")
FIELDS: tuple[ColumnField, ...] = (
    *(_BY_NAME[name] for name in (*NAMES, "email", "mentor", "mentor_email", "group")),
    _MODULE,
    *(column_field(name, f"{name} at a milestone", "", is_many=True) for name in AT_MILESTONE),
)
# The number of rows that decide whether a column holds marks.
JUDGED_BY = 200
_MOST_HOURS = 500
_NUMBER_OF_HOURS = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?) ?h?", re.IGNORECASE)
_BETWEEN_TITLES = re.compile(r"\s*[,;|\n]\s*|\s+[/+•·]\s+")


@dataclass(frozen=True, slots=True)
class TrackerCell:
    """A cell's mark or hours at a milestone, or why it has neither; with the title above it, and its location.

    `milestone_id` is 0 if nothing but the title says which it is. `is_day` is of a column of days, which says when
    something was done; `is_logged` of a table with a row a mark.
    """

    milestone_id: int
    module: str
    location: str
    mark: TrackerMark
    hours: Decimal | None = None
    is_day: bool = False
    is_logged: bool = False


@dataclass(frozen=True, slots=True)
class TrackedStudent:
    """A student of the tracker, with the mentors named in the row and the cells of milestones that are not empty."""

    location: str
    row: SheetRow
    person: Mention
    mentors: tuple[Mention, ...]
    cells: tuple[TrackerCell, ...]


@dataclass(frozen=True, slots=True)
class Tracker:
    """A tracker tab as understood. `prepared` counts rows prepared for students who never came.

    `modules` are the ids of the milestones that it has columns of marks or days for, with the titles above these.
    """

    understood: UnderstoodTable
    students: tuple[TrackedStudent, ...]
    unread: tuple[UnreadRow, ...]
    modules: tuple[tuple[int, str], ...]
    group: str
    meeting: str
    prepared: int

    @property
    def has_titles_in_cells(self) -> bool:
        return any(not cell.milestone_id for student in self.students for cell in student.cells)

    def rows_of_nobody(self) -> set[int]:
        people = {row.number for row in (*(s.row for s in self.students), *(u.row for u in self.unread))}
        return {row.number for row in self.understood.table.rows} - people


def has_names(meaning: TabMeaning) -> bool:
    """Whether there are names, or what looks like them."""
    return not {*NAMES, f"{UNSURE}name"}.isdisjoint(meaning.columns.values())


def has_marks(table: Table, meaning: TabMeaning) -> bool:
    """Whether one of the milestones of a tracker has more marks than other texts."""
    rows = table.rows[meaning.header + 1 :]
    return any(is_marked(rows, number) for number in meaning.numbers(MARKS))


def names_group(table: Table, meaning: TabMeaning) -> bool:
    return bool(labelled(understand_table(replace(table, meaning=meaning), FIELDS), GROUP))


def are_titles(rows: Sequence[SheetRow], number: int, milestones: MilestoneTitles) -> bool:
    cells = [listed for row in rows[:JUDGED_BY] if (listed := _listed(row.cell(number)))]
    return sum(all(map(milestones.find, listed)) for listed in cells) * 2 > len(cells)


def _listed(value: CellValue) -> list[str]:
    """The titles in a cell, of which it may have several."""
    text = value.strip() if isinstance(value, str) else text_of(value)
    return [" ".join(title.split()) for title in _BETWEEN_TITLES.split(text) if title]


def understand_tracker(table: Table, until: date | None = None, since: date | None = None) -> Tracker:
    """Read a tracker tab. Percentages, totals and prepared rows without a name are not people.

    Args:
        until, since: between them something was done.
    """
    meaning = table.meant
    base = understand_table(table, FIELDS)
    named, at = table.rows[meaning.titles], meaning.numbers(*AT_MILESTONE)
    columns = [
        SheetColumn(number, text[:300], meaning.columns.get(number, ""))
        for number in range(max(len(named.cells), width_of(table.rows[meaning.header :][:LOOKED_AT])))
        if (text := (named if number in at else base.header).text(number) or named.text(number))
        or number in meaning.columns
    ]
    unclear = []
    for column in columns:
        if column.field in AT_MILESTONE:
            what = "the state of the milestones in" if column.field == LISTED else "the milestone of"
            unclear.append(column_field(MARKS, f"{what} {named_columns(table, [column])}", ""))
    fields = meaning.columns.values()
    if any(name.endswith(f":{OF_ROW}") for name in fields) and "module" not in fields:
        unclear.append(_MODULE)
    clashing = set(base.clashing)
    for count, both in _contradictions(base, columns):
        clashing |= {column.number for column in both}
        label = f"one of {named_columns(table, both)}, which differ in {counted(count, 'row')}"
        unclear.append(column_field(MARKS, label, ""))
    # A group with an empty plan has no milestones.
    if not at and not labelled(base, GROUP):
        unclear.append(column_field(MARKS, "marks at a milestone", ""))
    understood = replace(
        base, columns=tuple(columns), missing=(*base.missing, *unclear), clashing=frozenset(clashing)
    )
    students, unread, prepared = [], [], 0
    # Rows cannot be read until the column of names is known.
    for row in () if base.missing else understood.rows:
        read = _read(understood, row, until, since)
        if isinstance(read, list):
            students += read
        elif isinstance(read, UnreadRow):
            unread.append(read)
        else:
            prepared += 1
    return Tracker(
        understood=understood,
        students=tuple(students),
        unread=tuple(unread),
        modules=tuple(
            (int(of), column.header)
            for what, of, column in _at(understood)
            if what in (MARKS, DAY_DONE_AT) and of != OF_ROW
        ),
        group=labelled(base, GROUP),
        meeting=labelled(base, MEETING),
        prepared=prepared,
    )


def _contradictions(
    understood: UnderstoodTable, columns: Sequence[SheetColumn]
) -> Iterator[tuple[int, tuple[SheetColumn, SheetColumn]]]:
    """Two columns with the marks of one milestone that say different things of somebody, and in how many rows."""
    said = understood.table.meant.marks
    rows = [row for row in understood.rows if not is_total_row(row)]
    marks = [
        column
        for column in columns
        if column.field.startswith(f"{MARKS}:") and not column.field.endswith(OF_ROW)
    ]
    for both in combinations(marks, 2):
        if both[0].field == both[1].field:
            read = [[read_mark(row.cell(column.number), said) for column in both] for row in rows]
            states = [{mark.state for mark in row if mark and mark.state} for row in read]
            if count := sum(len(each) > 1 for each in states):
                yield count, both


def said_at_milestones(values: Iterable[CellValue]) -> list[str]:
    """Return what a column may hold at a milestone: marks always, all else if a cell looks like it."""
    what = {MARKS}
    for value in values:
        if mark_key(value) in DAYS:
            what.add(DAY_DONE_AT)
        elif not isinstance(value, bool) and text_of(value) not in ("0", "1") and _hours(text_of(value))[0]:
            what.add(HOURS)
        elif LISTED not in what and (mark := read_mark(value)) and mark.wrong:
            what.add(LISTED)
    return [name for name in AT_MILESTONE if name in what]


def _at(understood: UnderstoodTable) -> Iterator[tuple[str, str, SheetColumn]]:
    """The columns of milestones, what each says of which."""
    for column in understood.columns:
        what, _, of = column.field.partition(":")
        if of and what in AT_MILESTONE:
            yield what, of, column


def is_marked(rows: Sequence[SheetRow], number: int) -> bool:
    marks = [mark for row in rows[:JUDGED_BY] if (mark := read_mark(row.cell(number))) is not None]
    return bool(marks) and sum(not mark.wrong for mark in marks) * 2 > len(marks)


def _read(
    understood: UnderstoodTable, row: SheetRow, until: date | None, since: date | None
) -> list[TrackedStudent] | UnreadRow | None:
    """The students of a row: all that its cell of names has, of whom all its marks are."""
    if is_total_row(row):
        return None
    location = understood.table.location(row.number)
    several = read_people(understood.lines(row, "name"), understood.lines(row, "email"))
    if len(several) < 2 or any(one.wrong for one in several):
        several = (person_of(understood, row),)
    person = several[0]
    cells = tuple(_cells(understood, row, until, since))
    if not person.name and not person.email:
        if _is_prepared(understood, row, cells):
            return None
        return UnreadRow(location, row, "no name", "This row has marks and no name.")
    if not person.email and is_total(person.folded_name, _values(understood, row)):
        return None
    if person.wrong:
        return UnreadRow(location, row, str(person)[:200], person.wrong)
    mentors = read_people(understood.lines(row, "mentor"), understood.lines(row, "mentor_email"))
    mentors = mentors or mentors_above(understood)
    return [TrackedStudent(location, row, one, mentors, cells) for one in several]


def _cells(
    understood: UnderstoodTable, row: SheetRow, until: date | None, since: date | None
) -> Iterator[TrackerCell]:
    table = understood.table
    said, orders = table.meant.marks, table.meant.day_orders
    of_row = _listed(understood.lines(row, _MODULE.name))
    for what, of, column in _at(understood):
        value, hours, location = row.cell(column.number), None, table.location(row.number, column.number)
        if what == LISTED:
            for title in _listed(value):
                yield TrackerCell(0, title, location, TrackerMark(of, title))
            continue
        if what == HOURS:
            hours, wrong = _hours(text_of(value))
            mark = TrackerMark("", text_of(value), wrong) if hours or wrong else None
        else:
            days = dict.fromkeys(DAYS, DAY_DONE) if what == DAY_DONE_AT else {}
            mark = read_mark(value, {**said, **days}, orders.get(column.number, ""), until, since)
        if mark is None:
            continue
        is_day = what == DAY_DONE_AT
        if of != OF_ROW:
            yield TrackerCell(int(of), column.header, location, mark, hours, is_day)
        elif not of_row:
            mark = TrackerMark("", mark.text, mark.wrong or "This row names no milestone.")
            yield TrackerCell(0, column.header, location, mark)
        for title in of_row if of == OF_ROW else ():
            yield TrackerCell(0, title, location, mark, hours, is_day, is_logged=True)


def _hours(text: str) -> tuple[Decimal | None, str]:
    """The hours spent, or why they are not read: "2.5", "2,5 h"."""
    number = _NUMBER_OF_HOURS.fullmatch(text)
    if number is None or Decimal(number[1].replace(",", ".")) > _MOST_HOURS:
        return None, f"“{text[:40]}” is not a number of hours." if text else ""
    return Decimal(number[1].replace(",", ".")), ""


def _is_prepared(understood: UnderstoodTable, row: SheetRow, cells: Sequence[TrackerCell]) -> bool:
    """Whether nothing is ticked, or the values are percentages or counts: numbers and formulas, not check boxes."""
    if all(cell.mark.state == "not_started" for cell in cells):
        return True
    return all(
        is_count(value) and not (isinstance(value, str) and value.strip() in ("0", "1"))
        for value in _values(understood, row)
    )


def _values(understood: UnderstoodTable, row: SheetRow) -> list[CellValue]:
    return [value for _, _, c in _at(understood) if not is_empty(value := row.cell(c.number))]
