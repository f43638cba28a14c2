"""The tabs of an import with what they mean, and what the page shows of them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.text import capfirst

from sheets.actions.upload import limits
from sheets.models import ImportFile, SheetImport
from sheets.reading import CellValue, Limits, SheetRow, Table, TabMeaning, UnreadableFile, read_file
from sheets.reading.kept import kept, tables_kept
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
from sheets.understanding.questions import is_own
from sheets.understanding.records import record_kind
from sheets.understanding.totals import is_total_row
from sheets.understanding.tracker import DAY_DONE_AT, MARKS, said_at_milestones

# Is told how far it is, in words for the page.
type Say = Callable[[str], None]
_HEADERS_OFFERED = 15
_SAMPLES = 3
_MARKS = 40


def silent(stage: str) -> None:
    """For who need not know how far it is."""


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
            found = read(file.name, bytes(file.content), limits())
            file.content, file.is_read = kept(found), True
            fresh.append(file)
        tables += [replace(table, is_one_of_many=len(files) > 1) for table in found]
    ImportFile.objects.bulk_update(fresh, ["content", "is_read"], batch_size=50)
    rows = sum(len(table.rows) for table in tables)
    if rows > limits().rows:
        raise UnreadableFile(
            f"Together the files have {rows:,} rows; the limit is {limits().rows:,}. Upload them in several batches."
        )
    return tables


def read_tabs(sheet_import: SheetImport, say: Say) -> ReadTabs:
    """Read the files, and what was said of their tabs."""
    said: Mapping[str, Any] = sheet_import.options.get("tabs", {})
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
        parts, unsaid = [], []
        for part in found:
            meant = proposed(part, milestones, door=door)
            unsaid.append(meant)
            key = shape_of(meant, milestones)
            if len(found) > 1 and is_nameless(part):
                # It may be refused, and those of its shape with a name are not.
                key = f"{key}-nameless"
            if key in said:
                meant = proposed(part, milestones, said[key], door=door)
            parts.append((key, meant))
        # Left out as it was, it is so for the same reason.
        is_left_out = all(_meaning(part).kind == LEAVE_OUT for _, part in parts)
        judged = unsaid if is_left_out else [part for _, part in parts]
        if len(parts) > 1 and any(map(_is_of_no_group, judged)):
            tabs.refused.append(
                f"{table.name}: it has {len(parts)} tables, and nothing says which group each of them is. Write the"
                " name of the group above each, or give each a tab of its own. The tab is left out."
            )
            parts = [
                (key, replace(part, meaning=replace(_meaning(part), kind=LEAVE_OUT))) for key, part in parts
            ]
        for key, part in parts:
            tabs.of_shape[key].append(part)
            blocks = groups_in(part)
            tabs.tables += blocks
            tabs.keys += [key] * len(blocks)
    return tabs


def _is_of_no_group(table: Table) -> bool:
    meaning = _meaning(table)
    return meaning.kind == PROGRESS and not meaning.numbers("group") and is_nameless(table)


def _meaning(table: Table) -> TabMeaning:
    assert table.meaning is not None, "a tab that was read has a meaning"  # noqa: S101
    return table.meaning


def shown_tabs(
    tabs: ReadTabs,
    understood: Mapping[int, UnderstoodTable],
    gives: Mapping[int, Counter[str]],
    passed_over: Mapping[int, Collection[int]],
) -> list[dict[str, object]]:
    """Tabs for the page, one of each shape, since what is said holds for all tabs of a shape.

    Args:
        understood, gives, passed_over: how a tab was read, what came of it, and its rows of nobody, by its index.
    """
    shown = []
    for key, tables in tabs.of_shape.items():
        # Lines of people that were pasted have no columns of their own.
        if not tables[0].rows[_meaning(tables[0]).header].number:
            continue
        ns = [n for n, one in enumerate(tabs.keys) if one == key]
        counts = sum((gives[n] for n in ns if n in gives), Counter[str]())
        missing = understood[ns[0]].missing if ns[0] in understood else ()
        given = ", ".join(_counted(count, what) for what, count in counts.items() if count)
        marked = [
            row
            for n in ns
            for row in tabs.tables[n].rows[_meaning(tabs.tables[n]).header + 1 :]
            if missing or row.number not in passed_over.get(n, ())
        ]
        tab = _shown(tables, understood.get(ns[0]), marked)
        shown.append({"key": key, "gives": given, "missing": [one.label for one in missing], **tab})
    return shown


def _shown(
    tables: Sequence[Table], understood: UnderstoodTable | None, marked: Sequence[SheetRow]
) -> dict[str, object]:
    table = tables[0]
    meaning = _meaning(table)
    header = table.rows[meaning.header]
    rows = [row for each in tables for row in each.rows[_meaning(each).header + 1 :]]
    titles = {column.number: column.header for column in understood.columns} if understood else {}
    filled = Counter(n for row in rows for n, cell in enumerate(row.cells) if not is_empty(cell))
    width = max(
        width_of(table.rows[meaning.header : meaning.header + LOOKED_AT]),
        *(n + 1 for n in (*filled, *titles)),
        0,
    )
    return {
        "name": table.name,
        "more": len({each.name for each in tables}) - 1,
        "is_hidden": table.is_hidden,
        "length": len(rows),
        "kind": kind_of(table),
        "kinds": kind_choices(table),
        "header": meaning.header,
        "rows": [
            [n, f"{capfirst(table.row_name(row.number))}: {_first_texts(row)}"]
            for n, row in enumerate(table.rows[: max(_HEADERS_OFFERED, meaning.header + 1)])
            if row.number > 0
        ],
        "last": table.rows[-1].number if len(tables) == 1 and not table.is_turned else None,
        "columns": [
            {
                "number": n,
                "letters": table.place(n),
                "header": (titles.get(n) or header.text(n))[:100],
                "samples": _samples(rows, n),
                "filled": filled[n],
                "field": meaning.columns.get(n, ""),
                "unclear": unclear_day(days_of(rows, meaning, n))[0],
                "day_order": meaning.day_orders.get(n, ""),
                "says": said_at_milestones(row.cell(n) for row in rows) if meaning.kind == PROGRESS else [],
            }
            for n in range(width)
            if n in titles or header.text(n) or filled[n]
        ],
        "marks": list(_marks(marked, meaning)) if meaning.kind == PROGRESS else [],
    }


def _first_texts(row: SheetRow) -> str:
    texts = [text[:40] for n in range(len(row.cells)) if (text := row.text(n))]
    return " · ".join(texts[:5]) + (" …" if len(texts) > 5 else "")


def _samples(rows: Sequence[SheetRow], number: int) -> list[str]:
    texts = (row.text(number)[:60] for row in rows[:LOOKED_AT])
    return list(dict.fromkeys(text for text in texts if text))[:_SAMPLES]


def _marks(rows: Sequence[SheetRow], meaning: TabMeaning) -> Iterator[dict[str, object]]:
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
        shown = list(dict.fromkeys(map(text_of, values)))[:_SAMPLES]
        yield {"key": key, "texts": shown, "count": len(values), "state": state}


def left_out_notes(tabs: ReadTabs) -> Iterator[str]:
    """What of the files is not imported, with how many cells: tabs, columns, and rows above and below a table."""
    for table in (table for tables in tabs.of_shape.values() for table in tables):
        meaning = _meaning(table)
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
            for n, row in enumerate(table.rows[: meaning.header])
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
        if record_kind(table) or is_own(table) or not table.rows[meaning.header].number:
            continue
        filled = Counter(n for row in rows for n, cell in enumerate(row.cells) if not is_empty(cell))
        unused = [
            f"{table.place(n)} “{table.rows[meaning.header].text(n)[:40]}” ({_counted(filled[n], 'cell')})"
            for n in sorted(filled)
            if n not in meaning.columns
        ]
        if unused:
            what = f"{'row' if table.is_turned else 'column'}{'' if len(unused) == 1 else 's'}"
            yield f"{table.name}: {what} left out: {', '.join(unused)}."


def _counted(count: int, word: str) -> str:
    plural = "people" if word == "person" else f"{word}s"
    return f"{count:,} {word if count == 1 else plural}"
