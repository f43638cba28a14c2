"""Makes the plan of what an import changes from its files, for each kind of import."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Files as they were understood: their tabs for the page, and what compares them with the database."""

    compare: Callable[[], ImportPlan[Any]]
    tabs: Sequence[dict[str, object]] = ()
    notes: Sequence[str] = ()
    left_out: Sequence[str] = ()

    def plan(self, say: Say = silent) -> ImportPlan[Any]:
        """What confirming would change.

        Raises:
            UnreadableFile: they leave too many questions open.
        """
        say("Comparing with Trefoil")
        plan = self.compare()
        check_number(len(plan.clarifications))
        plan.tables = list(self.tabs)
        plan.notes = list(dict.fromkeys([*self.notes, *plan.notes, *self.left_out]))
        return plan


def read_import(sheet_import: SheetImport, by: User, at: datetime, say: Say = silent) -> ReadFiles:
    """Read and understand the files. Nothing is written, and a transaction need not be open.

    Raises:
        UnreadableFile: a file cannot be read.
    """
    return _READERS[SheetImport.Kind(sheet_import.kind)](sheet_import, by, at, say)


def plan_of(sheet_import: SheetImport, at: datetime, say: Say = silent) -> ImportPlan[Any]:
    return read_import(sheet_import, sheet_import.uploaded_by, at, say).plan(say)


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


def _notes(tables: Iterable[Table], passed_over: Mapping[int, Collection[int]]) -> list[str]:
    """Notes about the tables. `passed_over` are rows, by index of the table, whose formulas do not matter."""
    return [
        f"{table.file}, {note}" if table.is_one_of_many else note
        for n, table in enumerate(tables)
        for note in (*table.notes, *table.formula_note(passed_over.get(n, ())))
    ]


def _answers(sheet_import: SheetImport) -> dict[str, str]:
    answers: dict[str, str] = sheet_import.options.get("answers", {})
    return answers


def _read_materials(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> ReadFiles:
    tabs = read_tabs(sheet_import, say)
    lists = {
        n: understand_materials(table)
        for n, table in enumerate(tabs.tables)
        if table.meaning and table.meaning.kind == MATERIALS
    }

    def compare() -> ImportPlan[Any]:
        usable = [table for table in lists.values() if not table.understood.missing]
        return plan_materials(course=sheet_import.course, tables=usable, answers=_answers(sheet_import))

    gives = {n: Counter(material=len(table.entries)) for n, table in lists.items()}
    return _described(compare, tabs, {n: table.understood for n, table in lists.items()}, gives, {})


def _described(
    compare: Callable[[], ImportPlan[Any]],
    tabs: ReadTabs,
    understood: Mapping[int, UnderstoodTable],
    gives: Mapping[int, Counter[str]],
    passed_over: Mapping[int, Collection[int]],
) -> ReadFiles:
    return ReadFiles(
        compare,
        shown_tabs(tabs, understood, gives, passed_over),
        [*tabs.refused, *_notes(tabs.tables, passed_over)],
        list(left_out_notes(tabs)),
    )


def _read_outline(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> ReadFiles:
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
    return ReadFiles(
        lambda: plan_outline(
            course=sheet_import.course,
            outline=outline,
            answers=_answers(sheet_import),
            turned=frozenset(sheet_import.options.get("turned", ())),
        )
    )


def _read_people(sheet_import: SheetImport, by: User, at: datetime, say: Say) -> ReadFiles:
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
        return plan

    return _described(compare, tabs, understood, counts_of(shelf), percentages)


_READERS: dict[SheetImport.Kind, Callable[[SheetImport, User, datetime, Say], ReadFiles]] = {
    SheetImport.Kind.SHEET: _read_people,
    SheetImport.Kind.ROSTER: _read_people,
    SheetImport.Kind.OUTLINE: _read_outline,
    SheetImport.Kind.MATERIALS: _read_materials,
}
