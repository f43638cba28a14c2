"""Proposes the columns of a tracker: those with known headers, and milestones, by their title or their marks."""

import re
from collections.abc import Container, Sequence

from courses.models import Milestone
from lib.text import folded
from sheets.reading import CellValue, SheetRow, Table, TabMeaning
from sheets.reading.tables import is_empty, text_of
from sheets.understanding.columns import LOOKED_AT, fields_of, header_at, width_of
from sheets.understanding.content import with_likely
from sheets.understanding.labels import is_label
from sheets.understanding.marks import DAY, DAYS, mark_key, read_mark
from sheets.understanding.milestones import MilestoneTitles
from sheets.understanding.totals import is_count
from sheets.understanding.tracker import (
    DAY_DONE_AT,
    FIELDS,
    HOURS,
    JUDGED_BY,
    LISTED,
    MARKS,
    NAMES,
    are_titles,
    is_marked,
)

_NO_MODULE = re.compile(r"^(totals?|notes?|notas?|group|grupo|groupe|learning path|questions?)\b")
_OF_HOURS = re.compile(r"\b(h|hours|horas|heures|stunden)\b")


def propose_tracker(table: Table, milestones: MilestoneTitles, header: int | None = None) -> TabMeaning:
    """Propose the columns of a tracker: those with known headers, and milestones, by their title or their marks.

    Args:
        header: the index of the header, if a person said it.
    """
    at = _last_header(table, header_at(table, FIELDS)) if header is None else header
    head = table.rows[at]
    width = width_of(table.rows[at : at + LOOKED_AT])
    columns = fields_of(head, width, FIELDS)
    rows = table.rows[at + 1 :]
    # One of the columns of texts holds the names if no header says which.
    others = columns.keys() | (set() if set(NAMES) & set(columns.values()) else _texts(rows))
    titles = _titles_at(table, at, others, milestones)
    named = table.rows[titles]
    of_tab = milestone_of_tab(table, titles, milestones)
    title = ""
    for number in range(max(len(named.cells), width)):
        is_day = _are_days(rows, number)
        below = head.text(number) if titles < at and not is_count(head.cell(number)) else ""
        # A title that stands over several columns is that of each.
        is_titled = _is_title(named.cell(number), milestones)
        if is_titled or named.text(number) or not (below or is_day):
            title = named.text(number) if is_titled else ""
        if number in columns or not title:
            continue
        if are_titles(rows, number, milestones):
            columns[number] = LISTED
            continue
        known, of_week = milestones.find(title), milestones.of_week(title)
        near = known or of_week or of_tab or milestones.likeliest(title)
        what = HOURS if _OF_HOURS.search(folded(f"{title} {below}")) else DAY_DONE_AT if is_day else MARKS
        likeliest = f"{what}:{near.pk}" if near else ""
        if known and not below and is_titled:
            columns[number] = f"{MARKS}:{known.pk}"
        elif what != MARKS:
            columns |= {number: likeliest} if likeliest else {}
        elif (
            number not in others
            and not _NO_MODULE.fullmatch(folded(title))
            and _may_be_marks(rows, number, of_week)
        ):
            columns[number] = likeliest if likeliest and likeliest not in columns.values() else MARKS
    if not milestones.all:
        columns = {number: name for number, name in columns.items() if name != MARKS}
    # People, groups and mentors stand left of the marks, which may be those of unknown milestones; where people stand
    # beside each other, also behind them.
    marked = (n for n in range(width) if columns.get(n, "").partition(":")[2] or is_marked(rows, n))
    end = width if table.is_turned else next(marked, width)
    free = {n for n in range(end) if columns.get(n, MARKS) == MARKS and not is_marked(rows, n)}
    return TabMeaning("progress", at, with_likely(table, at, free, columns), titles)


def milestone_of_tab(table: Table, titles: int, milestones: MilestoneTitles) -> Milestone | None:
    """The milestone that the name of a tab says, where no column says one: a tab a week."""
    row = table.rows[titles]
    is_said = any(milestones.likeliest(row.text(n)) for n in range(len(row.cells)))
    return None if is_said else milestones.likeliest(table.tab)


def _texts(rows: Sequence[SheetRow]) -> set[int]:
    """The columns that contain texts rather than marks."""
    return {
        number
        for number in range(width_of(rows[:LOOKED_AT]))
        if any(isinstance(row.cell(number), str) for row in rows[:JUDGED_BY]) and not is_marked(rows, number)
    }


def _are_days(rows: Sequence[SheetRow], number: int) -> bool:
    keys = [mark_key(row.cell(number)) for row in rows[:JUDGED_BY] if not is_empty(row.cell(number))]
    return DAY in keys and sum(key in DAYS for key in keys) * 2 >= len(keys)


def _may_be_marks(rows: Sequence[SheetRow], number: int, of_week: Milestone | None) -> bool:
    """Whether a column is empty, or has the same few short texts in many rows; those of a week need not be few."""
    texts = [text for row in rows[:JUDGED_BY] if (text := row.text(number))]
    is_few = len(set(texts)) < len(texts) and len(set(texts)) <= max(len(texts) / 2, 3)
    return (
        not texts
        or ((is_few or of_week is not None) and max(map(len, texts)) <= 20)
        or is_marked(rows, number)
    )


def _last_header(table: Table, at: int) -> int:
    """The index of the row below a header if that is over two rows: "LLM basics", and below it "State", "Hours"."""
    head, *rows = table.rows[at : at + 2]
    for row in rows:
        texts = [n for n in range(len(row.cells)) if row.text(n)]
        is_below = row.number == head.number + 1 and any(
            not head.text(n) and head.text(n - 1) for n in texts if n
        )
        if is_below and not any(
            mark_key(row.cell(n)) in ("", *DAYS) or not _is_words(row.cell(n)) for n in texts
        ):
            return at + 1
    return at


def _is_words(value: CellValue) -> bool:
    """Whether it is a text, but neither a mark nor a number."""
    mark = read_mark(value)
    return isinstance(value, str) and bool(mark and mark.wrong) and not is_count(value)


def _titles_at(table: Table, header: int, others: Container[int], milestones: MilestoneTitles) -> int:
    """The index of the row with the titles of milestones: the header, or one above it if the header has none."""
    for at in range(header, max(header - 2, -1), -1):
        if any(map(milestones.find, table.rows[at].texts)):
            return at
    for at in range(header, -1, -1):
        row = table.rows[at]
        if at < header and is_label(row):
            continue
        if any(_is_title(row.cell(n), milestones) for n in range(len(row.cells)) if n not in others):
            return at
    return header


def _is_title(value: CellValue, milestones: MilestoneTitles) -> bool:
    if isinstance(value, str) and any(letter.isalpha() for letter in value):
        return True
    # Numbers from 0 to 1 are percentages.
    if isinstance(value, bool) or (isinstance(value, int | float) and 0 <= value <= 1):
        return False
    return milestones.find(text_of(value)) is not None
