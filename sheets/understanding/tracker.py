"""Reads the tracker tab of a tracking sheet: members of the group, mentors, progress."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from lib.mentions import Mention, read_people, read_person
from lib.text import folded
from sheets.reading import CellValue, Formula, SheetRow, Table
from sheets.reading.tables import is_empty, text_of
from sheets.understanding.columns import (
    ColumnField,
    Corrections,
    SheetColumn,
    UnderstoodTable,
    column_field,
    understand_table,
)
from sheets.understanding.labels import GROUP, MEETING, MENTOR, labelled, mentors_above, rows_above
from sheets.understanding.marks import TrackerMark, read_mark
from sheets.understanding.roster import FIELDS as ROSTER_FIELDS
from sheets.understanding.roster import UnreadRow, name_of
from sheets.understanding.totals import MAY_BE_TOTAL, may_be_total

_BY_NAME = {roster_field.name: roster_field for roster_field in ROSTER_FIELDS}
_MODULE = column_field("module", "a module's check boxes", "", is_many=True)
FIELDS: tuple[ColumnField, ...] = (
    _BY_NAME["name"],
    _BY_NAME["first_name"],
    _BY_NAME["last_name"],
    _BY_NAME["email"],
    _BY_NAME["mentor"],
    _BY_NAME["mentor_email"],
    _MODULE,
)
# The number of rows that decide whether a column holds marks.
_JUDGED_BY = 200
_NO_MODULE = re.compile(
    r"^(total|totals|totais|notes?|notas?|comments?|comentarios?|commentaires?|progress|progresso|progreso|percent\w*|"
    r"average|media|moyenne|group|grupo|groupe|date|data|fecha|learning path|"
    r"(number of |n o de )?(questions?|perguntas?|preguntas?|duvidas?|dudas?)( asked)?)"
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
    heads: tuple[SheetRow, ...]
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


def is_tracker(table: Table, titles: Collection[str] = ()) -> bool:
    """Return whether a column of names has columns of check boxes beside it, or a label names the group."""
    read = understand_table(table, FIELDS)
    if not _has_names(read):
        return False
    modules = _with_modules(read, _modules_row(read, titles), titles, {}).many("module")
    return bool(modules) or bool(labelled(read, GROUP))


def may_be_tracker(table: Table, titles: Collection[str] = ()) -> bool:
    """Return whether columns of check boxes stand beside texts, although no header marks those as names."""
    base = _base(table)
    if _has_names(base) or not _texts(base):
        return False
    modules = _with_modules(base, _modules_row(base, titles), titles, {}).many("module")
    return sum(is_marked(base.rows, column.number) for column in modules) > 1


def is_ticked_rather_than_asked(table: Table, question: int) -> bool:
    """Return whether a tab with a column of questions is a tracker that counts them: check boxes and no texts."""
    read = understand_table(table, FIELDS)
    if not _has_names(read) or question in _texts(read):
        return False
    modules = _with_modules(read, _modules_row(read, ()), (), {}).many("module")
    return sum(is_marked(read.rows, column.number) for column in modules) > 1


def understand_tracker(
    table: Table, titles: Collection[str] = (), corrections: Corrections | None = None
) -> Tracker:
    """Read a tracker tab. Percentages, totals and prepared rows without a name are not people.

    Args:
        titles: modules of the courses tab. They are modules here too, even if called "2024" or "Notes".
    """
    base = _base(table)
    above = _modules_row(base, titles)
    understood = _with_modules(base, above, titles, corrections or {})
    students, unread, prepared = [], [], 0
    # Rows cannot be read until the column of names is known.
    is_open = any(missing_field.name == "name" for missing_field in understood.missing)
    for row in () if is_open else understood.rows:
        read = _read(understood, row)
        if isinstance(read, TrackedStudent):
            students.append(read)
        elif isinstance(read, UnreadRow):
            unread.append(read)
        else:
            prepared += 1
    heads = (above, understood.header) if above is not None else (understood.header,)
    titles_row = above.number if above is not None else understood.header_row
    return Tracker(
        understood=understood,
        heads=heads,
        students=tuple(students),
        unread=tuple(unread),
        modules=tuple((c.header, table.location(titles_row, c.number)) for c in understood.many("module")),
        learning_path=_learning_path(table),
        group=labelled(base, GROUP),
        meeting=labelled(base, MEETING),
        prepared=prepared,
    )


def _has_names(read: UnderstoodTable) -> bool:
    return any(read.column(name) is not None for name in ("name", "first_name", "last_name"))


def _base(table: Table) -> UnderstoodTable:
    """The table with its header; if no header is known, the header is the row above the first check boxes."""
    base = understand_table(table, FIELDS)
    if any(column.field for column in base.columns):
        return base
    first = next((n for n, row in enumerate(table.rows[:30]) if sum(map(_is_tick, row.cells)) > 1), 0)
    if first == 0:
        return base
    return replace(base, header_row=table.rows[first - 1].number, columns=(), rows=table.rows[first:])


def _is_tick(value: CellValue) -> bool:
    """Whether a cell is a check box in any notation; numbers may be shares."""
    mark = read_mark(value)
    return isinstance(value, bool | str) and mark is not None and not mark.wrong


def is_marked(rows: Sequence[SheetRow], number: int) -> bool:
    marks = [mark for row in rows[:_JUDGED_BY] if (mark := read_mark(row.cell(number))) is not None]
    return bool(marks) and sum(not mark.wrong for mark in marks) * 2 > len(marks)


def _texts(base: UnderstoodTable) -> set[int]:
    """The columns that contain texts rather than marks."""
    width = max((len(row.cells) for row in base.rows[:30]), default=0)
    return {
        number
        for number in range(width)
        if any(isinstance(row.cell(number), str) for row in base.rows[:_JUDGED_BY])
        and not is_marked(base.rows, number)
    }


def _modules_row(base: UnderstoodTable, titles: Collection[str]) -> SheetRow | None:
    """The row above the header with the titles of modules; None if the header has them itself."""
    known = {column.number for column in base.columns if column.field}
    if not _has_names(base):
        known |= _texts(base)
    if any(_is_title(base.header.cell(n), titles) for n in range(len(base.header.cells)) if n not in known):
        return None
    for row in reversed(rows_above(base)):
        if _is_label(row):
            continue
        if any(_is_title(row.cell(n), titles) for n in range(len(row.cells)) if n not in known):
            return row
    return None


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


def _with_modules(
    base: UnderstoodTable, above: SheetRow | None, titles: Collection[str], corrections: Corrections
) -> UnderstoodTable:
    named = above or base.header
    width = max(len(named.cells), len(base.header.cells), *(len(row.cells) for row in base.rows[:30]), 0)
    known = {column.number: column for column in base.columns if column.field}
    # One of these columns holds the names if no header says which.
    perhaps = set() if _has_names(base) else _texts(base)
    columns = []
    for number in range(width):
        old = known.get(number)
        value = named.cell(number)
        if old is not None:
            columns.append(old)
        elif number in perhaps:
            header = base.header.text(number) or named.text(number)
            columns.append(SheetColumn(number, header[:100], _samples(base.rows, number), ""))
        elif _is_title(value, titles):
            title = named.text(number)
            is_module = title in titles or not _NO_MODULE.fullmatch(folded(title))
            meaning = "module" if is_module else ""
            columns.append(SheetColumn(number, title[:300], _samples(base.rows, number), meaning))
    read = replace(base, columns=tuple(columns))
    correction = corrections.get(read.layout, {})
    names = {tracker_field.name for tracker_field in FIELDS} | {""}
    corrected = [
        replace(column, field=name)
        if (name := correction.get(str(column.number), column.field)) in names
        else column
        for column in columns
    ]
    present = {column.field for column in corrected}
    # A group with an empty plan has no modules, and an e-mail address is enough to identify somebody.
    needed = ("name",) if labelled(base, GROUP) else ("name", "module")
    if present & {"email", "first_name", "last_name"}:
        present.add("name")
    missing = tuple(
        tracker_field
        for tracker_field in FIELDS
        if tracker_field.name in needed and tracker_field.name not in present
    )
    return replace(read, columns=tuple(corrected), missing=missing)


def _samples(rows: Sequence[SheetRow], number: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.text(number)[:60] for row in rows[:10] if row.text(number)))[:3]


def _read(understood: UnderstoodTable, row: SheetRow) -> TrackedStudent | UnreadRow | None:
    table = understood.table
    location = table.location(row.number)
    person = read_person(name_of(understood, row), understood.text(row, "email"))
    cells = tuple(_cells(understood, row))
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


def _cells(understood: UnderstoodTable, row: SheetRow) -> Iterator[TrackerCell]:
    for column in understood.many("module"):
        mark = read_mark(row.cell(column.number))
        if mark is not None:
            yield TrackerCell(column.header, understood.table.location(row.number, column.number), mark)


def _is_prepared(understood: UnderstoodTable, row: SheetRow, cells: Sequence[TrackerCell]) -> bool:
    """Whether nothing is ticked, or the values are percentages: numbers and formulas, not check boxes."""
    if all(cell.mark.state == "not_started" for cell in cells):
        return True
    return all(
        isinstance(value, Formula)
        or (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1)
        or (isinstance(value, str) and value.strip().endswith("%"))
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
