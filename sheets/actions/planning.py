"""Makes the plan of what an import changes from its files, for each kind of import."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from courses.models import Cohort
from people.models import User
from sheets.actions.tabs import ReadTabs, Say, left_out_notes, read_tabs, shown_tabs, silent
from sheets.actions.upload import limits
from sheets.matching.clarifications import check_number
from sheets.matching.ledger import StartDays
from sheets.matching.materials import plan_materials
from sheets.matching.outline import plan_outline
from sheets.matching.plan import ImportPlan
from sheets.matching.sheet import plan_people
from sheets.models import SheetImport
from sheets.reading import Table, UnreadableFile
from sheets.reading.files import text_of_file
from sheets.reading.limits import size_label
from sheets.understanding.books import counts_of, understand_books
from sheets.understanding.columns import UnderstoodTable
from sheets.understanding.materials import understand_materials
from sheets.understanding.meanings import MATERIALS
from sheets.understanding.outline import Outline, understand_outline

__all__ = ["Say", "plan_of", "read_import", "silent", "start_days"]

# A day without a year is one of the cohort, or so long before its start, when people may have begun.
_BEFORE_THE_START = timedelta(days=60)
# Compares what was read with the database.
type Comparison = Callable[[], ImportPlan[Any]]


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


def _read_materials(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> Comparison:
    tabs = read_tabs(sheet_import, say)
    lists = {
        n: understand_materials(table)
        for n, table in enumerate(tabs.tables)
        if table.meaning and table.meaning.kind == MATERIALS
    }

    def compare() -> ImportPlan[Any]:
        usable = [table for table in lists.values() if not table.understood.missing]
        plan = plan_materials(course=sheet_import.course, tables=usable, answers=_answers(sheet_import))
        gives = {n: Counter(material=len(table.entries)) for n, table in lists.items()}
        _describe(plan, tabs, {n: table.understood for n, table in lists.items()}, gives)
        return plan

    return compare


def _describe(
    plan: ImportPlan[Any],
    tabs: ReadTabs,
    understood: Mapping[int, UnderstoodTable],
    gives: Mapping[int, Counter[str]],
    passed_over: Mapping[int, Collection[int]] | None = None,
) -> None:
    plan.tables = shown_tabs(tabs, understood, gives, passed_over or {})
    notes = [*tabs.refused, *_notes(tabs.tables, passed_over), *plan.notes, *left_out_notes(tabs)]
    plan.notes = list(dict.fromkeys(notes))


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


def _read_people(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> Comparison:
    tabs = read_tabs(sheet_import, say)
    cohort = _cohort(sheet_import)
    since = cohort.starts_on - _BEFORE_THE_START
    shelf = understand_books(tabs.tables, at.astimezone(ZoneInfo(cohort.time_zone)), since)
    trackers = {n: tracker for book in shelf.books for n, tracker in book.trackers}
    understood = {n: people.understood for n, people in shelf.people.items()}
    understood |= {n: tracker.understood for n, tracker in trackers.items()}
    understood |= {n: tab.understood for book in shelf.books for n, tab in book.questions}
    understood |= {n: tab.understood for book in shelf.books for n, tab in book.records}
    percentages = {n: tracker.rows_of_nobody() for n, tracker in trackers.items()}

    def compare() -> ImportPlan[Any]:
        plan = plan_people(
            cohort=cohort,
            shelf=shelf,
            start=start_days(sheet_import),
            by=by,
            at=at,
            answers=_answers(sheet_import),
            turned=frozenset(sheet_import.options.get("turned", ())),
        )
        pasted: list[str] = sheet_import.options.get("pasted_for_nobody", [])
        plan.notes += [f"Pasted with the addresses, but no name of the file: “{line}”." for line in pasted]
        _describe(plan, tabs, understood, counts_of(shelf), percentages)
        return plan

    return compare


_READERS: dict[SheetImport.Kind, Callable[[SheetImport, User, datetime, Say], Comparison]] = {
    SheetImport.Kind.SHEET: _read_people,
    SheetImport.Kind.ROSTER: _read_people,
    SheetImport.Kind.OUTLINE: _read_outline,
    SheetImport.Kind.MATERIALS: _read_materials,
}
