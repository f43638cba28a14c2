"""Reads the tracker tab of a tracking sheet: members of the group, mentors, progress."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from lib.mentions import Mention, read_people, read_person
from lib.text import folded
from sheets.reading import CellValue, SheetRow, Table, TabMeaning
from sheets.reading.tables import is_empty, text_of
from sheets.understanding.columns import (
    LOOKED_AT,
    ColumnField,
    SheetColumn,
    UnderstoodTable,
    column_field,
    fields_of,
    header_at,
    understand_table,
    width_of,
)
from sheets.understanding.labels import GROUP, MEETING, MENTOR, labelled, mentors_above
from sheets.understanding.marks import TrackerMark, read_mark
from sheets.understanding.roster import FIELDS as ROSTER_FIELDS
from sheets.understanding.roster import UnreadRow, name_of
from sheets.understanding.totals import MAY_BE_TOTAL, is_count, is_total_row, may_be_total

_BY_NAME = {roster_field.name: roster_field for roster_field in ROSTER_FIELDS}
FIELDS: tuple[ColumnField, ...] = (
    _BY_NAME["name"],
    _BY_NAME["first_name"],
    _BY_NAME["last_name"],
    _BY_NAME["email"],
    _BY_NAME["mentor"],
    _BY_NAME["mentor_email"],
    _BY_NAME["group"],
    column_field("module", "marks at a milestone", "", is_many=True),
)
_NAMES = ("name", "first_name", "last_name")
# The number of rows that decide whether a column holds marks.
_JUDGED_BY = 200
_NO_MODULE = re.compile(
    r"^(totals?|totais|gesamt|notes?|notas?|comments?|progress|progresso|percent\w*|average|media|moyenne"
    r"|group|grupo|groupe|date|data|fecha|learning path|((number of )?questions?|perguntas?|preguntas?)( asked)?)"
)
PATH = re.compile(r"^(learning path|percurso|trilha|ruta|parcours)\b")


@dataclass(frozen=True, slots=True)
class TrackerCell:
    """A check box: title of the module, location, and mark."""

    module: str
    location: str
    mark: TrackerMark


@dataclass(frozen=True, slots=True)
class TrackedStudent:
    """A student of the tracker, with the mentors named in the row and the check boxes that are not empty."""

    location: str
    row: SheetRow
    person: Mention
    mentors: tuple[Mention, ...]
    cells: tuple[TrackerCell, ...]


@dataclass(frozen=True, slots=True)
class Tracker:
    """A tracker tab as understood. `prepared` counts rows prepared for students who never came."""

    understood: UnderstoodTable
    students: tuple[TrackedStudent, ...]
    unread: tuple[UnreadRow, ...]
    modules: tuple[tuple[str, str], ...]
    learning_path: str
    group: str
    meeting: str
    prepared: int

    def rows_of_nobody(self) -> set[int]:
        people = {row.number for row in (*(s.row for s in self.students), *(u.row for u in self.unread))}
        return {row.number for row in self.understood.table.rows} - people


def has_names(meaning: TabMeaning) -> bool:
    return not set(_NAMES).isdisjoint(meaning.columns.values())


def has_marks(table: Table, meaning: TabMeaning) -> bool:
    """Whether one of the milestones of a tracker has more marks than other texts."""
    rows = table.rows[meaning.header + 1 :]
    return any(is_marked(rows, number) for number in meaning.numbers("module"))


def names_group(table: Table, meaning: TabMeaning) -> bool:
    return bool(labelled(understand_table(replace(table, meaning=meaning), FIELDS), GROUP))


def propose_tracker(
    table: Table, titles: Collection[str] = (), milestones: Collection[str] = (), header: int | None = None
) -> TabMeaning:
    """Propose the columns of a tracker: those with known headers, and milestones, by their title or their marks.

    Args:
        titles: modules of the courses tab. They are modules here too, even if called "2024" or "Notes".
        milestones: folded titles of the milestones of the course.
        header: the index of the header, if a person said it.
    """
    at = header_at(table, FIELDS) if header is None else header
    columns = fields_of(table.rows[at], width_of(table.rows[at : at + LOOKED_AT]), FIELDS)
    if not columns and header is None:
        # Without a known header it is the row above the first check boxes.
        first = next(
            (n for n, row in enumerate(table.rows[:LOOKED_AT]) if sum(map(_is_tick, row.cells)) > 1), 0
        )
        at = max(first - 1, 0)
    rows = table.rows[at + 1 :]
    # One of the columns of texts holds the names if no header says which.
    others = columns.keys() | (set() if set(_NAMES) & set(columns.values()) else _texts(rows))
    named = _titles_row(table, at, lambda n: n not in others, titles)
    for number in range(max(len(named.cells), width_of(table.rows[at : at + LOOKED_AT]))):
        title = named.text(number)
        if number in columns or not _is_title(named.cell(number), titles):
            continue
        is_other = number in others or _NO_MODULE.fullmatch(folded(title))
        if title in titles or folded(title) in milestones or (not is_other and _may_be_marks(rows, number)):
            columns[number] = "module"
    return TabMeaning("progress", at, columns)


def _texts(rows: Sequence[SheetRow]) -> set[int]:
    """The columns that contain texts rather than marks."""
    return {
        number
        for number in range(width_of(rows[:LOOKED_AT]))
        if any(isinstance(row.cell(number), str) for row in rows[:_JUDGED_BY]) and not is_marked(rows, number)
    }


def _may_be_marks(rows: Sequence[SheetRow], number: int) -> bool:
    """Whether a column is empty, or has the same few short texts in many rows."""
    texts = [text for row in rows[:_JUDGED_BY] if (text := row.text(number))]
    is_few = len(set(texts)) < len(texts) and len(set(texts)) <= max(len(texts) / 2, 3)
    return not texts or (is_few and max(map(len, texts)) <= 20) or is_marked(rows, number)


def understand_tracker(table: Table, titles: Collection[str] = (), until: date | None = None) -> Tracker:
    """Read a tracker tab. Percentages, totals and prepared rows without a name are not people.

    Args:
        until: the last day on which something can be done.
    """
    meaning = table.meaning or propose_tracker(table, titles)
    table = replace(table, meaning=meaning)
    modules = set(meaning.numbers("module"))
    base = understand_table(table, FIELDS)
    named = titles_row(table, meaning, titles)
    columns = [
        SheetColumn(number, text[:300], meaning.columns.get(number, ""))
        for number in range(max(len(named.cells), width_of(table.rows[meaning.header :][:LOOKED_AT])))
        if (text := (named if number in modules else base.header).text(number) or named.text(number))
        or number in meaning.columns
    ]
    understood = replace(base, columns=tuple(columns))
    # A group with an empty plan has no modules.
    if not modules and not labelled(base, GROUP):
        understood = replace(understood, missing=(*understood.missing, FIELDS[-1]))
    students, unread, prepared = [], [], 0
    # Rows cannot be read until the column of names is known.
    for row in () if base.missing else understood.rows:
        read = _read(understood, row, until)
        if isinstance(read, TrackedStudent):
            students.append(read)
        elif isinstance(read, UnreadRow):
            unread.append(read)
        else:
            prepared += 1
    return Tracker(
        understood=understood,
        students=tuple(students),
        unread=tuple(unread),
        modules=tuple((c.header, table.location(named.number, c.number)) for c in understood.many("module")),
        learning_path=_learning_path(table),
        group=labelled(base, GROUP),
        meeting=labelled(base, MEETING),
        prepared=prepared,
    )


def _is_tick(value: CellValue) -> bool:
    """Whether a cell is a check box in any notation; numbers may be shares."""
    mark = read_mark(value)
    return isinstance(value, bool | str) and mark is not None and not mark.wrong


def is_marked(rows: Sequence[SheetRow], number: int) -> bool:
    marks = [mark for row in rows[:_JUDGED_BY] if (mark := read_mark(row.cell(number))) is not None]
    return bool(marks) and sum(not mark.wrong for mark in marks) * 2 > len(marks)


def titles_row(table: Table, meaning: TabMeaning, titles: Collection[str] = ()) -> SheetRow:
    """The row with the titles of the milestones."""
    modules = set(meaning.numbers("module"))
    return _titles_row(table, meaning.header, modules.__contains__, titles)


def _titles_row(
    table: Table, header: int, is_module: Callable[[int], bool], titles: Collection[str]
) -> SheetRow:
    """The row with the titles of modules: the header, or one above it if the header has none."""
    for row in reversed(table.rows[: header + 1]):
        if row is not table.rows[header] and _is_label(row):
            continue
        if any(_is_title(row.cell(n), titles) for n in range(len(row.cells)) if is_module(n)):
            return row
    return table.rows[header]


def _is_label(row: SheetRow) -> bool:
    first = next((row.text(n) for n in range(len(row.cells)) if row.text(n)), "")
    return bool(PATH.match(folded(row.text(0))) or GROUP.match(first) or MENTOR.match(first))


def _is_title(value: CellValue, titles: Collection[str]) -> bool:
    if isinstance(value, str) and any(letter.isalpha() for letter in value):
        return True
    # Numbers from 0 to 1 are percentages.
    if isinstance(value, bool) or (isinstance(value, int | float) and 0 <= value <= 1):
        return False
    return text_of(value) in titles


def _read(
    understood: UnderstoodTable, row: SheetRow, until: date | None
) -> TrackedStudent | UnreadRow | None:
    if is_total_row(row):
        return None
    location = understood.table.location(row.number)
    person = read_person(name_of(understood, row), understood.text(row, "email"))
    cells = tuple(_cells(understood, row, until))
    if not person.name and not person.email:
        if _is_prepared(understood, row, cells):
            return None
        return UnreadRow(location, row, "nobody", "This row has marks but no name.")
    if (
        not person.email
        and (is_total := may_be_total(person.folded_name, _values(understood, row))) is not None
    ):
        return None if is_total else UnreadRow(location, row, person.name[:200], MAY_BE_TOTAL)
    if person.wrong:
        return UnreadRow(location, row, str(person)[:200], person.wrong)
    mentors = read_people(understood.lines(row, "mentor"), understood.lines(row, "mentor_email"))
    mentors = mentors or mentors_above(understood)
    return TrackedStudent(location, row, person, mentors, cells)


def _cells(understood: UnderstoodTable, row: SheetRow, until: date | None) -> Iterator[TrackerCell]:
    meaning = understood.table.meaning
    said = (meaning.marks, meaning.day_order) if meaning else ({}, "")
    for column in understood.many("module"):
        mark = read_mark(row.cell(column.number), *said, until)
        if mark is not None:
            yield TrackerCell(column.header, understood.table.location(row.number, column.number), mark)


def _is_prepared(understood: UnderstoodTable, row: SheetRow, cells: Sequence[TrackerCell]) -> bool:
    """Whether nothing is ticked, or the values are percentages or counts: numbers and formulas, not check boxes."""
    if all(cell.mark.state == "not_started" for cell in cells):
        return True
    return all(
        is_count(value) and not (isinstance(value, str) and value.strip() in ("0", "1"))
        for value in _values(understood, row)
    )


def _values(understood: UnderstoodTable, row: SheetRow) -> list[CellValue]:
    return [value for c in understood.many("module") if not is_empty(value := row.cell(c.number))]


def _learning_path(table: Table) -> str:
    for row in table.rows[:30]:
        if PATH.match(folded(row.text(0))):
            rest = row.text(0).partition(":")[2].strip()
            return rest or next((row.text(n) for n in range(1, len(row.cells)) if row.text(n)), "")
    return ""
