"""Makes the plan of what an import changes from its files, for each kind of import."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sheets.actions.upload import limits
from sheets.matching.clarifications import check_number
from sheets.matching.outline import plan_materials, plan_outline
from sheets.matching.plan import ImportPlan, TableHead, Work, WorkStep
from sheets.matching.roster import plan_roster
from sheets.matching.sheet import plan_sheets
from sheets.models import ImportFile, SheetImport
from sheets.reading import Table, UnreadableFile, read_file
from sheets.reading.files import text_of_file
from sheets.reading.limits import size_label
from sheets.understanding.books import understand_books
from sheets.understanding.columns import ColumnField, Corrections, UnderstoodTable
from sheets.understanding.materials import FIELDS as MATERIAL_FIELDS
from sheets.understanding.materials import understand_materials
from sheets.understanding.outline import understand_outline
from sheets.understanding.questions import FIELDS as QUESTION_FIELDS
from sheets.understanding.records.tabs import LAYOUTS
from sheets.understanding.roster import FIELDS as ROSTER_FIELDS
from sheets.understanding.roster import understand_roster
from sheets.understanding.tracker import FIELDS as TRACKER_FIELDS

# Before this step files are read and understood, which takes longest; after it the database is read.
FILES_READ = WorkStep("Comparing", 0, 1)


def plan_of(sheet_import: SheetImport, at: datetime) -> Work[ImportPlan[Any]]:
    """Read the files and work out what confirming would change; nothing is written.

    A caller that iterates over the steps may begin a transaction at `FILES_READ`: the database is read after it.

    Raises:
        UnreadableFile: a file cannot be read, or leaves too many questions open.
    """
    files = list(sheet_import.files.order_by("position"))
    plan: ImportPlan[Any] = yield from _PLANS[SheetImport.Kind(sheet_import.kind)](sheet_import, files, at)
    check_number(len(plan.clarifications))
    return plan


def read_tables(files: Sequence[ImportFile]) -> Work[list[Table]]:
    tables: list[Table] = []
    for done, file in enumerate(files):
        yield WorkStep("Reading files", done, len(files))
        read = read_file(file.name, bytes(file.content), limits())
        tables += [replace(table, is_one_of_many=len(files) > 1) for table in read]
    rows = sum(len(table.rows) for table in tables)
    if rows > limits().rows:
        raise UnreadableFile(
            f"Together the files have {rows:,} rows; the limit is {limits().rows:,}. Upload them in several batches."
        )
    return tables


def starts_on(sheet_import: SheetImport, at: datetime) -> date:
    """The day new people start: as entered, else the cohort's start, or today if others have started already."""
    day = sheet_import.options.get("starts_on")
    if day:
        return date.fromisoformat(day)
    cohort = sheet_import.cohort
    assert cohort is not None, "only imports of a cohort bring people"  # noqa: S101
    has_begun = cohort.enrolments.filter(enrolled_at__lt=sheet_import.uploaded_at).exists()
    return max(cohort.today(at), cohort.starts_on) if has_begun else cohort.starts_on


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


def _plan_roster(
    sheet_import: SheetImport, files: Sequence[ImportFile], at: datetime
) -> Work[ImportPlan[Any]]:
    tables = yield from read_tables(files)
    yield WorkStep("Understanding columns", 0, 1)
    understood = [understand_roster(table, corrections(sheet_import)) for table in tables]
    people = [n for n, table in enumerate(understood) if not table.understood.missing] or [0]
    yield FILES_READ
    cohort = sheet_import.cohort
    assert cohort is not None, "a roster is a cohort's"  # noqa: S101
    plan = yield from plan_roster(
        cohort=cohort,
        tables={n: understood[n] for n in people},
        starts_on=starts_on(sheet_import, at),
        today=cohort.today(at),
        answers=sheet_import.options.get("answers", {}),
    )
    plan.tables = shown_tables((understood[n].understood, ROSTER_FIELDS) for n in people)
    plan.heads = {n: TableHead(tables[n].tab, (understood[n].understood.header,)) for n in people}
    plan.notes = _notes(tables[n] for n in people) + plan.notes
    plan.notes += [
        f"{table.name}: no column with names or addresses, left out."
        for n, table in enumerate(tables)
        if n not in people
    ]
    return plan


def _plan_outline(
    sheet_import: SheetImport, files: Sequence[ImportFile], at: datetime
) -> Work[ImportPlan[Any]]:
    yield WorkStep("Reading the outline", 0, 1)
    size = sum(file.size for file in files)
    if size > limits().bytes_of_outlines:
        most = size_label(limits().bytes_of_outlines)
        raise UnreadableFile(
            f"The outline has {size_label(size)}; the limit is {most}. Upload only the part with weeks and topics."
        )
    texts = [text_of_file(file.name, bytes(file.content), limits()) for file in files]
    outline = understand_outline("\n\n".join(texts))
    if len(outline.topics) > limits().topics:
        raise UnreadableFile(
            f"The outline has {len(outline.topics):,} topics; the limit is {limits().topics:,}. Upload only the"
            " weeks of the course."
        )
    yield FILES_READ
    return plan_outline(
        course=sheet_import.course,
        outline=outline,
        answers=sheet_import.options.get("answers", {}),
    )


def _plan_materials(
    sheet_import: SheetImport, files: Sequence[ImportFile], at: datetime
) -> Work[ImportPlan[Any]]:
    tables = yield from read_tables(files)
    understood = [understand_materials(table, corrections(sheet_import)) for table in tables]
    lists = [n for n, table in enumerate(understood) if not table.understood.missing] or [0]
    yield FILES_READ
    plan = yield from plan_materials(
        course=sheet_import.course,
        tables={n: understood[n] for n in lists},
        answers=sheet_import.options.get("answers", {}),
    )
    plan.tables = shown_tables((understood[n].understood, MATERIAL_FIELDS) for n in lists)
    plan.heads = {n: TableHead(tables[n].tab, (understood[n].understood.header,)) for n in lists}
    plan.notes = _notes(tables[n] for n in lists) + plan.notes
    plan.notes += [
        f"{table.name}: no columns with milestones and titles, left out."
        for n, table in enumerate(tables)
        if n not in lists
    ]
    return plan


def _plan_sheets(
    sheet_import: SheetImport, files: Sequence[ImportFile], at: datetime
) -> Work[ImportPlan[Any]]:
    tables = yield from read_tables(files)
    yield WorkStep("Understanding tabs", 0, 1)
    shelf = understand_books(tables, corrections(sheet_import))
    yield FILES_READ
    cohort = sheet_import.cohort
    assert cohort is not None, "tracking sheets are a cohort's"  # noqa: S101
    plan = yield from plan_sheets(
        cohort=cohort,
        shelf=shelf,
        starts_on=starts_on(sheet_import, at),
        at=at,
        answers=sheet_import.options.get("answers", {}),
    )
    trackers = [(tracker.understood, TRACKER_FIELDS) for book in shelf.books for _, tracker in book.trackers]
    tabs = [(tab.understood, QUESTION_FIELDS) for book in shelf.books for _, tab in book.questions]
    records = [(tab.understood, LAYOUTS[tab.kind].fields) for book in shelf.books for _, tab in book.records]
    plan.tables = shown_tables([*trackers, *tabs, *records])
    percentages = {n: tracker.rows_of_nobody() for book in shelf.books for n, tracker in book.trackers}
    plan.notes = _notes(tables, percentages) + plan.notes
    if not trackers and not tabs and not records:
        raise UnreadableFile("It has no tracker: a tab with a column of names beside columns of check boxes.")
    return plan


_PLANS = {
    SheetImport.Kind.SHEET: _plan_sheets,
    SheetImport.Kind.ROSTER: _plan_roster,
    SheetImport.Kind.OUTLINE: _plan_outline,
    SheetImport.Kind.MATERIALS: _plan_materials,
}
