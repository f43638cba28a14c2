"""Splits a tab that has several groups, below or beside each other, or by a column, into one table per group."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lib.text import folded
from sheets.reading import SheetRow, Table
from sheets.understanding.beside import tables_beside
from sheets.understanding.columns import understand_table
from sheets.understanding.exported import exported_kind
from sheets.understanding.labels import CALLED, GROUP, PATH, label_texts, texts_of_group
from sheets.understanding.marks import read_mark
from sheets.understanding.questions import FIELDS as QUESTION_FIELDS
from sheets.understanding.records.tabs import record_kind
from sheets.understanding.roster import FIELDS as ROSTER_FIELDS
from sheets.understanding.roster import without_address
from sheets.understanding.totals import is_total_row

_GROUP = next(roster_field for roster_field in ROSTER_FIELDS if roster_field.name == "group")
_PEOPLE = tuple(
    field for field in ROSTER_FIELDS if field.name in ("name", "first_name", "last_name", "email")
)


def parts_of(table: Table) -> list[Table]:
    """The tables of a tab: beside each other, below labels (“Group: Clover”), or below a header that is repeated.

    Each begins with a label of its group, if it has a name, and the header, so that it reads like the tab of one group.
    """
    if record_kind(table) or exported_kind(table) or not table.rows[0].number:
        return [table]
    beside = tables_beside(table)
    beside = [_named(part) for part in beside] if len(beside) > 1 else beside
    return [block for part in beside for piece in _apart(part) for block in _below(piece)]


def _apart(table: Table) -> list[Table]:
    """The tables of people below each other that have other columns, such as a list and below it their progress."""
    header = _header(table)
    known = [n for n in range(len(header.cells)) if _is_header(header, n)] if header else []
    starts, top = [0], 0
    for n, row in enumerate(table.rows):
        if n and row.number > table.rows[n - 1].number + 1:
            top = n
        texts = [folded(row.text(at)) for at in known]
        is_other = header is not None and any(row.text(at) != header.text(at) for at in known)
        is_of_people = any(field.means(text) for text in texts if text for field in _PEOPLE)
        # A title may stand above the header, below the empty row.
        if is_other and is_of_people and top > starts[-1] and n - top < 3:
            starts.append(top)
    parts = zip(starts, [*starts[1:], len(table.rows)], strict=True)
    return [replace(table, rows=table.rows[a:b], notes=() if a else table.notes) for a, b in parts]


def _below(table: Table) -> list[Table]:
    labelled = list(_by_labels(table)) or [table]
    blocks = [block for part in labelled for block in list(_by_headers(part)) or [part]]
    return [replace(block, notes=() if n else table.notes) for n, block in enumerate(blocks)]


def is_nameless(table: Table) -> bool:
    return not any(map(_label, table.rows))


def groups_in(table: Table) -> list[Table]:
    """The tables of a tracker or list of questions with a column of groups; the table itself if it has none.

    In a tracker an empty cell continues the group above.
    """
    meaning = table.meaning
    number = next(iter(meaning.numbers("group")), None) if meaning else None
    if meaning is None or number is None or meaning.kind not in ("progress", "questions"):
        return [table]
    read = understand_table(table, (_GROUP,))
    groups: dict[str, list[SheetRow]] = {}
    called = ""
    for row in read.rows:
        if not (is_total_row(row) and groups):
            called = without_address(row.text(number)) or (called if meaning.kind == "progress" else "")
        groups.setdefault(called, []).append(row)
    if not any(groups):
        return [table]
    above = [row for row in table.rows[: meaning.header + 1] if not _label(row)]
    columns = {n: name for n, name in meaning.columns.items() if name != "group"}
    blocks = []
    for n, (called, rows) in enumerate(groups.items()):
        block = _block(table, [_label_row(called)] if called else [], above, rows)
        header = len(block.rows) - len(rows) - 1
        titles = block.rows.index(table.rows[meaning.titles]) if meaning.kind == "progress" else 0
        meant = replace(meaning, header=header, columns=columns, titles=titles)
        blocks.append(replace(block, notes=() if n else table.notes, meaning=meant))
    return blocks


def _named(table: Table) -> Table:
    """The table with a label of its group, if one of the three rows above its header has nothing but a name."""
    header = _header(table)
    if header is None or sum(map(bool, map(_label, table.rows))) > 1:
        return table
    at = table.rows.index(header)
    start = next((n for n, row in enumerate(table.rows[:at]) if _label(row)), _banner_above(table, at))
    if start < 0:
        return table
    return _block(table, _labels_in(table.rows[start]), table.rows[:start], table.rows[start + 1 :])


def _label(row: SheetRow) -> str:
    """The name of the group in a row that is a label, with at most its mentor and when it meets beside it."""
    texts = texts_of_group(row)
    match = GROUP.match(texts[0]) if texts else None
    if match is None and len(texts) == 1 and CALLED.match(folded(texts[0])):
        return texts[0]
    if match is None or len(texts) > 4:
        return ""
    return match[2] or (texts[1] if len(texts) > 1 else "")


def _labels_in(row: SheetRow) -> list[SheetRow]:
    """The label of a group, and what else stands in the row, such as "Mentor: Ines Paz", in a row of its own."""
    named = texts_of_group(row)
    beside = tuple(text for text in label_texts(row) if text not in named)
    return [_label_row(_banner(row)), *([SheetRow(0, beside)] if beside else [])]


def _label_row(group: str) -> SheetRow:
    """It takes the number 0, so that it is above every header."""
    return SheetRow(0, ("Group:", group))


def _by_labels(table: Table) -> Iterator[Table]:
    starts = [n for n, row in enumerate(table.rows) if _label(row)]
    if len(starts) < 2:
        return
    head: Sequence[SheetRow] = ()
    # The header may be above the first label, once for all groups.
    above = table.rows[: starts[0]]
    shared = _header(replace(table, rows=above)) if above else None
    for start, end in zip(starts, [*starts[1:], len(table.rows)], strict=True):
        label, rows = table.rows[start], table.rows[start + 1 : end]
        header = _header(replace(table, rows=rows)) if rows else None
        if header is not None:
            head = rows[: rows.index(header) + 1]
            rows = rows[rows.index(header) + 1 :]
        elif shared is not None:
            head = above[: above.index(shared) + 1]
        yield _block(table, _labels_in(label), head, rows)


def _header(table: Table) -> SheetRow | None:
    """The row with headers of names or questions."""
    for fields in (_PEOPLE, QUESTION_FIELDS):
        read = understand_table(table, fields)
        found = {column.field for column in read.columns}
        if "question" in found or (fields is _PEOPLE and found - {""}):
            return read.header
    return None


def _by_headers(table: Table) -> Iterator[Table]:
    """A header that is repeated, with the name of its group alone in a row above it, if one says it."""
    header = _header(table)
    known = [n for n in range(len(header.cells)) if _is_header(header, n)] if header else []
    if header is None or not known:
        return
    headers = [
        n
        for n, row in enumerate(table.rows)
        if all(row.text(at) == header.text(at) for at in known)
        # A header that is merged over two rows is one.
        and not (n and table.rows[n - 1] is header and row.number == header.number + 1)
    ]
    if len(headers) < 2:
        return
    # Titles of modules may be between the name of the group and the header.
    banners = [_banner_above(table, at, last) for last, at in zip([-1, *headers[:-1]], headers, strict=True)]
    starts = [at if banner < 0 else banner for banner, at in zip(banners, headers, strict=True)]
    starts[0] = max(banners[0], 0)
    for banner, start, end in zip(banners, starts, [*starts[1:], len(table.rows)], strict=True):
        if banner < 0:
            yield _block(table, (), (), table.rows[start:end])
        else:
            yield _block(table, _labels_in(table.rows[banner]), (), table.rows[start + 1 : end])


def _is_header(row: SheetRow, column: int) -> bool:
    text = folded(row.text(column))
    return bool(text) and any(field.means(text) for field in (*_PEOPLE, *QUESTION_FIELDS))


def _banner(row: SheetRow) -> str:
    """The only text of a row, such as “Clover”, but for its mentor and when it meets."""
    texts = texts_of_group(row)
    if len(texts) != 1 or PATH.match(folded(texts[0])) or read_mark(texts[0]).state:  # type: ignore[union-attr]
        return _label(row)
    return _label(row) or texts[0]


def _banner_above(table: Table, header: int, last: int = -1) -> int:
    """The index of the row with nothing but a name, at most three above the header; -1 if there is none.

    Below the table whose header is `last`, a row that only an empty one parts from the header is one of its people.
    """
    rows = table.rows
    for n in range(header - 1, max(header - 4, last), -1):
        is_above = last < 0 or rows[n].number > rows[n - 1].number + 1
        if _banner(rows[n]) and (is_above or rows[header].number - rows[n].number == header - n):
            return n
    return -1


def _block(
    table: Table, labels: Sequence[SheetRow], head: Sequence[SheetRow], rows: Sequence[SheetRow]
) -> Table:
    """A table of one group."""
    kept = [row for row in head if not _label(row)]
    return replace(table, rows=(*labels, *kept, *rows))
