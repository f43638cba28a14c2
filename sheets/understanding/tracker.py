"""The tracker tab of a tracking sheet: who is in the group, who mentors it, what is done."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lib.text import folded
from sheets.reading import Row, Table, Value
from sheets.reading.tables import is_empty
from sheets.understanding.columns import Column, Corrections, Field, Understood, field, understand
from sheets.understanding.marks import Mark, read_mark
from sheets.understanding.people import Mention, read_person
from sheets.understanding.roster import FIELDS as ROSTER_FIELDS
from sheets.understanding.roster import Unread

_BY_NAME = {one.name: one for one in ROSTER_FIELDS}
_MODULE = field("module", "a module's check boxes", "", is_many=True)
FIELDS: tuple[Field, ...] = (
    _BY_NAME["name"],
    _BY_NAME["email"],
    _BY_NAME["mentor"],
    _BY_NAME["mentor_email"],
    _MODULE,
)
_TOTALS = re.compile(
    r"^(totals?|totais|sum|soma|suma|somme|averages?|mean|media|medias|moyenne|group|grupo|groupe|percent(age)?|progress)\b"
)
_NO_MODULE = re.compile(
    r"^(total|totals|totais|notes?|notas?|comments?|comentarios?|commentaires?|progress|progresso|progreso|percent\w*|"
    r"average|media|moyenne|group|grupo|groupe|date|data|fecha|learning path)"
)
_PATH = re.compile(r"^(learning path|percurso|trilha|ruta|parcours)\b")


@dataclass(frozen=True, slots=True)
class Cell:
    """A check box: the title of its module, where it stands, and what it says."""

    module: str
    place: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class TrackedStudent:
    """A student of the tracker, with the mentor that the row names and the check boxes that say something."""

    place: str
    row: Row
    person: Mention
    mentor: Mention | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Tracker:
    """A tracker tab as understood. `prepared` counts rows that were prepared for students who never came."""

    understood: Understood
    heads: tuple[Row, ...]
    students: tuple[TrackedStudent, ...]
    unread: tuple[Unread, ...]
    modules: tuple[tuple[str, str], ...]
    learning_path: str
    prepared: int


def is_tracker(table: Table) -> bool:
    """Say whether the tab has a column of names with columns of check boxes beside it."""
    read = understand(table, FIELDS)
    return read.column("name") is not None and bool(_modules(read))


def understand_tracker(table: Table, corrections: Corrections | None = None) -> Tracker:
    """Read a tracker tab. Percentages, totals and prepared rows without a name are no people."""
    base = understand(table, FIELDS)
    above = _modules_row(base)
    understood = _with_modules(base, above, corrections or {})
    students, unread, prepared = [], [], 0
    for row in understood.rows:
        read = _read(understood, row)
        if isinstance(read, TrackedStudent):
            students.append(read)
        elif isinstance(read, Unread):
            unread.append(read)
        else:
            prepared += 1
    heads = (above, understood.header) if above is not None else (understood.header,)
    place = above.number if above is not None else understood.header_row
    return Tracker(
        understood=understood,
        heads=heads,
        students=tuple(students),
        unread=tuple(unread),
        modules=tuple((c.header, table.place(place, c.number)) for c in understood.many("module")),
        learning_path=_learning_path(table),
        prepared=prepared,
    )


def _modules_row(base: Understood) -> Row | None:
    """The row above the header that holds the titles of modules; None where the header holds them itself."""
    known = {
        column.number
        for column in base.columns
        if column.field in ("name", "mentor", "email", "mentor_email")
    }
    if any(_is_title(base.header.cell(n)) for n in range(len(base.header.cells)) if n not in known):
        return None
    for row in reversed(_above(base)):
        if _PATH.match(folded(row.text(0))):
            continue
        if any(_is_title(row.cell(n)) for n in range(len(row.cells)) if n not in known):
            return row
    return None


def _above(base: Understood) -> Sequence[Row]:
    return [row for row in base.table.rows if row.number < base.header_row]


def _is_title(value: Value) -> bool:
    return isinstance(value, str) and any(letter.isalpha() for letter in value)


def _with_modules(base: Understood, above: Row | None, corrections: Corrections) -> Understood:
    titles = above or base.header
    width = max(len(titles.cells), len(base.header.cells), *(len(row.cells) for row in base.rows[:30]), 0)
    known = {column.number: column for column in base.columns if column.field}
    columns = []
    for number in range(width):
        old = known.get(number)
        value = titles.cell(number)
        if old is not None:
            columns.append(old)
        elif _is_title(value):
            title = titles.text(number)
            meaning = "" if _NO_MODULE.fullmatch(folded(title)) else "module"
            columns.append(Column(number, title[:300], _samples(base.rows, number), meaning))
    read = replace(base, columns=tuple(columns))
    said = corrections.get(read.layout, {})
    names = {one.name for one in FIELDS} | {""}
    corrected = [
        replace(column, field=name)
        if (name := said.get(str(column.number), column.field)) in names
        else column
        for column in columns
    ]
    held = {column.field for column in corrected}
    missing = tuple(one for one in FIELDS if one.name in ("name", "module") and one.name not in held)
    return replace(read, columns=tuple(corrected), missing=missing)


def _samples(rows: Sequence[Row], number: int) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.text(number)[:60] for row in rows[:10] if row.text(number)))[:3]


def _modules(base: Understood) -> list[Column]:
    return _with_modules(base, _modules_row(base), {}).many("module")


def _read(understood: Understood, row: Row) -> TrackedStudent | Unread | None:
    table = understood.table
    place = table.place(row.number)
    person = read_person(understood.text(row, "name"), understood.text(row, "email"))
    cells = tuple(_cells(understood, row))
    if not person.name and not person.email:
        if _is_prepared(understood, row, cells):
            return None
        return Unread(place, row, "nobody", "There are marks, and no name beside them.")
    if not person.email and _TOTALS.match(person.folded_name):
        return None
    if person.wrong:
        return Unread(place, row, str(person)[:200], person.wrong)
    mentor_text, mentor_email = understood.text(row, "mentor"), understood.text(row, "mentor_email")
    mentor = read_person(mentor_text, mentor_email) if mentor_text or mentor_email else None
    return TrackedStudent(place, row, person, mentor, cells)


def _cells(understood: Understood, row: Row) -> Iterator[Cell]:
    for column in understood.many("module"):
        mark = read_mark(row.cell(column.number))
        if mark is not None:
            yield Cell(column.header, understood.table.place(row.number, column.number), mark)


def _is_prepared(understood: Understood, row: Row, cells: Sequence[Cell]) -> bool:
    """Nothing is ticked, or what stands there are percentages: numbers, not check boxes."""
    if all(cell.mark.state == "not_started" for cell in cells):
        return True
    values = [value for c in understood.many("module") if not is_empty(value := row.cell(c.number))]
    return all(
        (isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1)
        or (isinstance(value, str) and value.strip().endswith("%"))
        for value in values
    )


def _learning_path(table: Table) -> str:
    for row in table.rows[:30]:
        if _PATH.match(folded(row.text(0))):
            rest = row.text(0).partition(":")[2].strip()
            return rest or next((row.text(n) for n in range(1, len(row.cells)) if row.text(n)), "")
    return ""
