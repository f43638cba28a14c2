"""Makes the plan of what an import changes from its files, for each kind of import."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from courses.models import Cohort
from people.models import User
from sheets.actions.upload import limits
from sheets.matching.clarifications import check_number
from sheets.matching.ledger import StartDays
from sheets.matching.materials import plan_materials
from sheets.matching.outline import plan_outline
from sheets.matching.plan import Clarification, ClarificationChoice, ImportPlan, TableHead
from sheets.matching.roster import plan_roster
from sheets.matching.sheet import plan_sheets
from sheets.models import SheetImport
from sheets.reading import Limits, Table, UnreadableFile, read_file
from sheets.reading.files import text_of_file
from sheets.reading.limits import size_label
from sheets.understanding.blocks import blocks_of, named_beside
from sheets.understanding.books import understand_books
from sheets.understanding.columns import ColumnField, Corrections, UnderstoodTable
from sheets.understanding.dates import LAST_DAY, DayOrder, read_day
from sheets.understanding.day_orders import DayOrders, MixedColumn
from sheets.understanding.materials import FIELDS as MATERIAL_FIELDS
from sheets.understanding.materials import MaterialsTable, understand_materials
from sheets.understanding.outline import Outline, understand_outline
from sheets.understanding.people_lines import has_no_header, read_people_file
from sheets.understanding.questions import FIELDS as QUESTION_FIELDS
from sheets.understanding.records.tabs import LAYOUTS
from sheets.understanding.roster import FIELDS as ROSTER_FIELDS
from sheets.understanding.roster import RosterTable, understand_roster
from sheets.understanding.tracker import FIELDS as TRACKER_FIELDS

# Compares what was read with the database.
type Comparison = Callable[[], ImportPlan[Any]]
# Is told how far it is, in words for the page.
type Say = Callable[[str], None]


def silent(stage: str) -> None:
    """For who need not know how far it is."""


def read_import(sheet_import: SheetImport, by: User, at: datetime, say: Say = silent) -> Comparison:
    """Read and understand the files, which takes longest. The result works out what confirming would change.

    Neither writes anything. A transaction need not be open before the comparison.

    Raises:
        UnreadableFile: a file cannot be read, or (when comparing) it leaves too many questions open.
    """
    compare = _READERS[SheetImport.Kind(sheet_import.kind)](sheet_import, by, at, say)

    def checked() -> ImportPlan[Any]:
        say("Comparing with Trefoil")
        plan = compare()
        check_number(len(plan.clarifications))
        return plan

    return checked


def plan_of(sheet_import: SheetImport, at: datetime, say: Say = silent) -> ImportPlan[Any]:
    return read_import(sheet_import, sheet_import.uploaded_by, at, say)()


def read_tables(
    sheet_import: SheetImport, say: Say, read: Callable[[str, bytes, Limits], list[Table]] = read_file
) -> list[Table]:
    tables: list[Table] = []
    files = list(sheet_import.files.order_by("position"))
    for n, file in enumerate(files, start=1):
        say(f"Reading {file.name}" if len(files) == 1 else f"Reading file {n} of {len(files)}")
        found = read(file.name, bytes(file.content), limits())
        tables += [replace(table, is_one_of_many=len(files) > 1) for table in found]
    rows = sum(len(table.rows) for table in tables)
    if rows > limits().rows:
        raise UnreadableFile(
            f"Together the files have {rows:,} rows; the limit is {limits().rows:,}. Upload them in several batches."
        )
    return tables


def _cohort(sheet_import: SheetImport) -> Cohort:
    assert sheet_import.cohort is not None, "people and tracking sheets are a cohort's"  # noqa: S101
    return sheet_import.cohort


def start_days(sheet_import: SheetImport) -> StartDays:
    """The days that somebody chose on the pages of the import."""
    of_all = sheet_import.options.get("starts_on")
    by_email: dict[str, str] = sheet_import.options.get("days", {})
    return StartDays(
        date.fromisoformat(of_all) if of_all else None,
        {email: date.fromisoformat(day) for email, day in by_email.items()},
    )


def corrections(sheet_import: SheetImport) -> Corrections:
    columns: Corrections = sheet_import.options.get("columns", {})
    return columns


def shown_tables(tables: Iterable[tuple[UnderstoodTable, Sequence[ColumnField]]]) -> list[dict[str, object]]:
    """Tables for the columns page: one of each layout, since corrections hold for all tables of a layout."""
    shown: dict[str, dict[str, object]] = {}
    for understood, fields in tables:
        shown.setdefault(understood.layout, _shown(understood, fields))
    return list(shown.values())


def _shown(understood: UnderstoodTable, fields: Sequence[ColumnField]) -> dict[str, object]:
    return {
        "key": understood.layout,
        "name": understood.table.name,
        "header_row": understood.header_row,
        "columns": [
            {
                "number": column.number,
                "letters": column.letters,
                "header": column.header,
                "samples": list(column.samples),
                "field": column.field,
            }
            for column in understood.columns
        ],
        "fields": [[field.name, field.label] for field in fields],
        "missing": [field.label for field in understood.missing],
    }


def _notes(tables: Iterable[Table], passed_over: Mapping[int, Collection[int]] | None = None) -> list[str]:
    """Notes about the tables. `passed_over` are rows, by index of the table, whose formulas do not matter."""
    return [
        f"{table.file}, {note}" if table.is_one_of_many else note
        for n, table in enumerate(tables)
        for note in (*table.notes, *table.formula_note((passed_over or {}).get(n, ())))
    ]


def _answers(sheet_import: SheetImport) -> dict[str, str]:
    answers: dict[str, str] = sheet_import.options.get("answers", {})
    return answers


def _read_roster(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> Comparison:
    groups = list(_cohort(sheet_import).groups.values_list("name", flat=True))
    read = read_tables(sheet_import, say, partial(read_people_file, groups=groups))
    tables = [part for table in read for part in named_beside(table)]
    understood = [understand_roster(table, corrections(sheet_import)) for table in tables]
    people = _usable(understood)

    def compare() -> ImportPlan[Any]:
        plan = plan_roster(
            cohort=_cohort(sheet_import),
            tables=people,
            start=start_days(sheet_import),
            by=by,
            at=at,
            answers=_answers(sheet_import),
        )
        _describe(plan, tables, people, ROSTER_FIELDS, "no column with names or addresses")
        return plan

    return compare


def _read_materials(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> Comparison:
    tables = read_tables(sheet_import, say)
    understood = [understand_materials(table, corrections(sheet_import)) for table in tables]
    lists = _usable(understood)

    def compare() -> ImportPlan[Any]:
        plan = plan_materials(course=sheet_import.course, tables=lists, answers=_answers(sheet_import))
        _describe(plan, tables, lists, MATERIAL_FIELDS, "no columns with milestones and titles")
        return plan

    return compare


def _usable[Understood: (RosterTable, MaterialsTable)](tables: Sequence[Understood]) -> dict[int, Understood]:
    """The tables that have the needed columns, by index; the first one if none has, to be corrected."""
    usable = {n: table for n, table in enumerate(tables) if not table.understood.missing}
    return usable or {0: tables[0]}


def _describe(
    plan: ImportPlan[Any],
    tables: Sequence[Table],
    used: Mapping[int, RosterTable] | Mapping[int, MaterialsTable],
    fields: Sequence[ColumnField],
    lacking: str,
) -> None:
    plan.tables = shown_tables(
        (table.understood, fields) for n, table in used.items() if not has_no_header(tables[n])
    )
    plan.heads = {n: TableHead(tables[n].tab, (table.understood.header,)) for n, table in used.items()}
    plan.notes = _notes(tables[n] for n in used) + plan.notes
    plan.notes += [f"{table.name}: {lacking}, left out." for n, table in enumerate(tables) if n not in used]


def _read_outline(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> Comparison:
    files = list(sheet_import.files.order_by("position"))
    size = sum(file.size for file in files)
    if size > limits().bytes_of_outlines:
        most = size_label(limits().bytes_of_outlines)
        raise UnreadableFile(
            f"The outline has {size_label(size)}; the limit is {most}. Upload only the part with weeks and topics."
        )
    outline = Outline()
    for file in files:
        known = len(outline.milestones) + len(outline.sections)
        understand_outline(text_of_file(file.name, bytes(file.content), limits()), outline)
        if len(files) > 1 and len(outline.milestones) + len(outline.sections) == known:
            raise UnreadableFile(
                f"{file.name} has neither headings nor weeks with topics. Upload the README without it."
            )
    others = len(outline.sections) + sum(len(part.links) for part in outline.milestones)
    for what, count in (("topics", len(outline.milestones)), ("sections and links", others)):
        if count > limits().topics:
            raise UnreadableFile(
                f"The outline has {count:,} {what}; the limit is {limits().topics:,}. Upload only the README of the"
                " course."
            )
    return lambda: plan_outline(
        course=sheet_import.course,
        outline=outline,
        answers=_answers(sheet_import),
        turned=frozenset(sheet_import.options.get("turned", ())),
    )


def _of_days(key: str, mixed: MixedColumn) -> Clarification:
    days = {order: read_day(mixed.unclear, order, until=LAST_DAY) for order in (DayOrder.MONTH, DayOrder.DAY)}
    first = {DayOrder.MONTH: "month", DayOrder.DAY: "day"}
    return Clarification(
        key=key,
        text=(
            f"What does “{mixed.unclear}” mean in column {mixed.column}? The same column has"
            f" “{mixed.month_first}”, with the month first."
        ),
        locations=tuple(mixed.locations),
        choices=tuple(
            ClarificationChoice(
                order.value, f"{day.day} {day:%B}: the {first[order]} comes first in this column"
            )
            for order, day in days.items()
            if day is not None
        ),
        suggested=DayOrder.MONTH.value,
    )


def _read_sheets(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> Comparison:
    tables: list[Table] = []
    refused: list[str] = []
    for table in read_tables(sheet_import, say):
        try:
            tables += blocks_of(table)
        except UnreadableFile as error:
            refused.append(str(error))
    local = at.astimezone(ZoneInfo(_cohort(sheet_import).time_zone))
    orders = DayOrders(_answers(sheet_import))
    shelf = understand_books(tables, corrections(sheet_import), local, orders)
    trackers = [(tracker.understood, TRACKER_FIELDS) for book in shelf.books for _, tracker in book.trackers]
    tabs = [(tab.understood, QUESTION_FIELDS) for book in shelf.books for _, tab in book.questions]
    records = [(tab.understood, LAYOUTS[tab.kind].fields) for book in shelf.books for _, tab in book.records]
    if shelf.exported and not trackers and not tabs and not records:
        kinds = " and ".join(dict.fromkeys(kind for _, kind in shelf.exported))
        raise UnreadableFile(f"It has only {kinds}, which are not imported.")
    if not trackers and not tabs and not records:
        if refused:
            raise UnreadableFile(refused[0])
        raise UnreadableFile("It has no tracker: a tab with a column of names beside columns of check boxes.")
    percentages = {n: tracker.rows_of_nobody() for book in shelf.books for n, tracker in book.trackers}

    def compare() -> ImportPlan[Any]:
        plan = plan_sheets(
            cohort=_cohort(sheet_import),
            shelf=shelf,
            start=start_days(sheet_import),
            by=by,
            at=at,
            answers=_answers(sheet_import),
        )
        plan.clarifications = [*map(_of_days, orders.mixed, orders.mixed.values()), *plan.clarifications]
        plan.tables = shown_tables([*trackers, *tabs, *records])
        plan.notes = refused + _notes(tables, percentages) + plan.notes
        return plan

    return compare


_READERS: dict[SheetImport.Kind, Callable[[SheetImport, User, datetime, Say], Comparison]] = {
    SheetImport.Kind.SHEET: _read_sheets,
    SheetImport.Kind.ROSTER: _read_roster,
    SheetImport.Kind.OUTLINE: _read_outline,
    SheetImport.Kind.MATERIALS: _read_materials,
}
