"""The tabs of an import with what they mean, and what the page shows of them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from django.utils.text import capfirst

from sheets.models import ImportFile, SheetImport
from sheets.models.kept import SaidOfTab, ShownColumn, ShownMark, ShownTab
from sheets.reading import CellValue, Limits, SheetRow, Table, TabMeaning, UnreadableFile, read_file
from sheets.reading.kept import kept, tables_kept
from sheets.reading.limits import LIMITS
from sheets.reading.tables import is_empty, text_of
from sheets.understanding.blocks import groups_in, is_nameless, parts_of
from sheets.understanding.columns import LOOKED_AT, UnderstoodTable, width_of
from sheets.understanding.dates import unclear_day
from sheets.understanding.exported import exported_kind
from sheets.understanding.labels import is_label
from sheets.understanding.marks import DAYS, mark_key, read_mark
from sheets.understanding.meanings import (
    LEAVE_OUT,
    MATERIALS,
    PEOPLE,
    PROGRESS,
    QUESTIONS,
    days_of,
    kind_choices,
    kind_of,
    proposed,
    shape_of,
)
from sheets.understanding.milestones import MilestoneTitles
from sheets.understanding.people_lines import read_people_file
from sheets.understanding.questions import own_columns
from sheets.understanding.records.tabs import record_kind
from sheets.understanding.totals import is_total_row
from sheets.understanding.tracker import DAY_DONE_AT, MARKS, said_at_milestones

# Is told how far it is, in words for the page.
type Say = Callable[[str], None]
_HEADERS_OFFERED = 15
_SAMPLES = 3
_MARKS = 40
_ROWS_SHOWN = 8
# Of the texts of all cells that are shown, as long as each has this many.
_CHARACTERS = 100_000
_OF_A_CELL = 60


def silent(stage: str) -> None:
    """For callers that need no progress."""


class ReadTabs:
    """The tables of all files with their meanings, and the same before a column of groups split them, by their shape.

    `keys` has the shape of each table; `refused` says of tabs why they are left out.
    """

    def __init__(self) -> None:
        self.tables: list[Table] = []
        self.keys: list[str] = []
        self.of_shape: dict[str, list[Table]] = defaultdict(list)
        self.refused: list[str] = []


def read_tables(
    sheet_import: SheetImport, say: Say, read: Callable[[str, bytes, Limits], list[Table]] = read_file
) -> list[Table]:
    tables: list[Table] = []
    files = list(sheet_import.files.order_by("position"))
    fresh: list[ImportFile] = []
    for n, file in enumerate(files, start=1):
        if file.is_read:
            found = tables_kept(bytes(file.content))
        else:
            say(f"Reading {file.name}" if len(files) == 1 else f"Reading file {n} of {len(files)}")
            found = read(file.name, bytes(file.content), LIMITS)
            file.content, file.is_read = kept(found), True
            fresh.append(file)
        tables += [replace(table, is_one_of_many=len(files) > 1) for table in found]
    ImportFile.objects.bulk_update(fresh, ["content", "is_read"], batch_size=50)
    rows = sum(len(table.rows) for table in tables)
    if rows > LIMITS.rows:
        raise UnreadableFile(
            f"Together the files have {rows:,} rows; the limit is {LIMITS.rows:,}. Upload them in several batches."
        )
    return tables


def read_tabs(sheet_import: SheetImport, say: Say) -> ReadTabs:
    """Read the files, and what was said of their tabs."""
    said: dict[str, SaidOfTab] = sheet_import.options.get("tabs", {})
    door = {SheetImport.Kind.ROSTER: PEOPLE, SheetImport.Kind.MATERIALS: MATERIALS}.get(
        SheetImport.Kind(sheet_import.kind), ""
    )
    read = read_file
    if door == PEOPLE and sheet_import.cohort is not None:
        groups = list(sheet_import.cohort.groups.values_list("name", flat=True))
        read = partial(read_people_file, groups=groups)
    milestones = MilestoneTitles(sheet_import.course.milestones.in_order())
    tabs = ReadTabs()
    for table in read_tables(sheet_import, say, read):
        found = [table] if door == MATERIALS else parts_of(table)
        unsaid = [proposed(part, milestones, door=door) for part in found]
        # Of several it may be refused for want of a name, and those of its shape with a name are not.
        keys = [
            shape_of(meant, milestones) + ("-nameless" if len(found) > 1 and is_nameless(part) else "")
            for part, meant in zip(found, unsaid, strict=True)
        ]
        parts = [
            proposed(part, milestones, said[key], door=door) if key in said else meant
            for part, key, meant in zip(found, keys, unsaid, strict=True)
        ]
        # Left out as it was, it is so for the same reason.
        is_left_out = all(part.meant.kind == LEAVE_OUT for part in parts)
        progress = [part for part in (unsaid if is_left_out else parts) if part.meant.kind == PROGRESS]
        is_of_no_group = any(not part.meant.numbers("group") and is_nameless(part) for part in progress)
        if len(progress) > 1 and is_of_no_group:
            tabs.refused.append(
                f"{table.name}: it has {len(parts)} tables, and nothing says which group each of them is. Write the"
                " name of the group above each, or give each a tab of its own. The tab is left out."
            )
            parts = [replace(part, meaning=replace(part.meant, kind=LEAVE_OUT)) for part in parts]
        for key, part in zip(keys, parts, strict=True):
            tabs.of_shape[key].append(part)
            blocks = groups_in(part)
            tabs.tables += blocks
            tabs.keys += [key] * len(blocks)
    return tabs


def shown_tabs(
    tabs: ReadTabs,
    understood: Mapping[int, UnderstoodTable],
    gives: Mapping[int, Counter[str]],
    passed_over: Mapping[int, Collection[int]],
) -> list[ShownTab]:
    """Tabs for the page, one of each shape, since what is said holds for all tabs of a shape.

    Args:
        understood, gives, passed_over: how a tab was read, what came of it, and its rows of nobody, by its index.
    """
    shown: list[ShownTab] = []
    for key, tables in tabs.of_shape.items():
        table, meaning = tables[0], tables[0].meant
        header = table.rows[meaning.header]
        # Lines of people that were pasted have no columns of their own.
        if not header.number:
            continue
        ns = [n for n, one in enumerate(tabs.keys) if one == key]
        counts = sum((gives[n] for n in ns if n in gives), Counter[str]())
        read = understood.get(ns[0])
        missing = [*dict.fromkeys(one.label for m in ns if m in understood for one in understood[m].missing)]
        titles = {column.number: column.header for column in read.columns} if read else {}
        rows = [row for each in tables for row in each.rows[each.meant.header + 1 :]]
        marked = [
            row
            for n in ns
            for row in tabs.tables[n].rows[tabs.tables[n].meant.header + 1 :]
            if missing or row.number not in passed_over.get(n, ())
        ]
        filled = Counter(n for row in rows for n, cell in enumerate(row.cells) if not is_empty(cell))
        looked_at = width_of(table.rows[meaning.header : meaning.header + LOOKED_AT])
        is_progress = meaning.kind == PROGRESS
        seen = table.seen(meaning.columns)
        is_unknown = not (meaning.kind or table.is_hidden or exported_kind(table))
        columns: list[ShownColumn] = [
            {
                "number": n,
                "letters": table.place(n),
                "header": (titles.get(n) or header.text(n))[:100],
                "is_hidden": n in table.hidden,
                "is_clashing": read is not None and n in read.clashing,
                "filled": filled[n],
                "field": meaning.columns.get(n, ""),
                "unclear": unclear_day(days_of(rows, meaning, n))[0],
                "day_order": meaning.day_orders.get(n, ""),
                "says": said_at_milestones(row.cell(n) for row in rows) if is_progress else [],
            }
            for n in range(max(looked_at, *(n + 1 for n in (*filled, *titles)), 0))
            if n in titles or header.text(n) or filled[n]
        ]
        tab: ShownTab = {
            "key": key,
            "gives": ", ".join(_counted(count, what) for what, count in counts.items() if count),
            "missing": missing,
            "name": table.name,
            "more": len({each.name for each in tables}) - 1,
            "is_hidden": table.is_hidden,
            "is_unknown": is_unknown,
            "first": list(_first(seen.rows[0 if is_unknown else meaning.header + 1 :])),
            "length": sum(len(each.rows) for each in tables) if is_unknown else len(rows),
            "kind": kind_of(table),
            "kinds": kind_choices(table),
            "header": meaning.header,
            "rows": [
                (n, f"{capfirst(table.row_name(row.number))}: {_first_texts(row)}")
                for n, row in enumerate(seen.rows[: max(_HEADERS_OFFERED, meaning.header + 1)])
                if row.number > 0
            ],
            "last": table.rows[-1].number if len(tables) == 1 and not table.is_turned else None,
            "columns": columns,
            "marks": list(_marks(marked, meaning)) if is_progress else [],
        }
        shown.append(tab)
    return shown


def _first(rows: Sequence[SheetRow]) -> Iterator[tuple[int, list[str]]]:
    """The first rows, whose texts are cut where all of them would be too long for a page."""
    rows = [row for row in rows if row.number > 0][:_ROWS_SHOWN]
    cells = sum(len(row.texts) for row in rows)
    longest = max(_CHARACTERS // max(cells, 1), _OF_A_CELL)
    for row in rows:
        texts = map(row.text, range(len(row.cells)))
        yield row.number, [text if len(text) <= longest else f"{text[:longest]}…" for text in texts]


def _first_texts(row: SheetRow) -> str:
    return " · ".join(text[:40] for text in row.texts[:5]) + (" …" if len(row.texts) > 5 else "")


def _few(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))[:_SAMPLES]


def _marks(rows: Sequence[SheetRow], meaning: TabMeaning) -> Iterator[ShownMark]:
    """The marks of the milestones but for check boxes, the most frequent first."""
    found: dict[str, list[CellValue]] = defaultdict(list)
    of_days = meaning.numbers(DAY_DONE_AT)
    for number in (*meaning.numbers(MARKS), *of_days):
        for row in rows:
            key = mark_key(row.cell(number))
            if key and not (key in DAYS and number in of_days):
                found[key].append(row.cell(number))
    for key, values in sorted(found.items(), key=lambda one: -len(one[1]))[:_MARKS]:
        mark = read_mark(values[0])
        state = meaning.marks.get(key, mark.state if mark else "")
        yield {"key": key, "texts": _few(map(text_of, values)), "count": len(values), "state": state}


def left_out_notes(tabs: ReadTabs) -> Iterator[str]:
    """Return what is not imported, with its number of cells: tabs, columns, and rows above and below a table."""
    for table in (table for tables in tabs.of_shape.values() for table in tables):
        meaning = table.meant
        rows = table.rows[meaning.header + 1 :]
        if meaning.kind == LEAVE_OUT:
            if kind := exported_kind(table):
                if len(table.rows) > 1:
                    yield f"{table.name}: {kind} are not imported."
                continue
            why = ", since it is hidden in the workbook" if table.is_hidden else ""
            yield f"{table.name}: left out with {_counted(len(table.rows), 'row')}{why}."
            continue
        above = [
            row
            for n, row in enumerate(table.seen().rows[: meaning.header])
            if row.number and n != meaning.titles and not is_label(row)
        ]
        told = meaning.numbers("question", "student", "answer", "module")
        unasked = [row for row in rows if not any(row.text(n) for n in told)]
        for count, what in (
            (len(above), f"above the header (“{_first_texts(above[0]) if above else ''}”)"),
            (table.rows_below, f"below row {table.rows[-1].number}"),
            (sum(map(is_total_row, rows)) if meaning.kind == PEOPLE else 0, "of totals"),
            (len(unasked) if meaning.kind == QUESTIONS else 0, "without a question"),
        ):
            if count:
                yield f"{table.name}: {_counted(count, 'row')} {what} {'is' if count == 1 else 'are'} left out."
        if record_kind(table) or own_columns(table) or not table.rows[meaning.header].number:
            continue
        filled = Counter(n for row in rows for n, cell in enumerate(row.cells) if not is_empty(cell))
        unused = [
            f"{table.column_name(n, table.rows[meaning.header].text(n)[:40])} ({_counted(filled[n], 'cell')}"
            f"{', hidden in the workbook' if n in table.hidden else ''})"
            for n in sorted(filled)
            if n not in meaning.columns
        ]
        if unused:
            what = f"{'row' if table.is_turned else 'column'}{'' if len(unused) == 1 else 's'}"
            yield f"{table.name}: {what} left out: {', '.join(unused)}."


def _counted(count: int, word: str) -> str:
    plural = "people" if word == "person" else f"{word}s"
    return f"{count:,} {word if count == 1 else plural}"
