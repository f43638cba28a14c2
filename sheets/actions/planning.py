"""Makes the plan of what an import changes from its files, for each kind of import."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from people.models import User
from sheets.actions.tabs import Say, left_out_notes, read_tabs, shown_tabs, silent
from sheets.matching.clarifications import check_number
from sheets.matching.materials import plan_materials
from sheets.matching.outline import plan_outline
from sheets.matching.plan import ImportPlan
from sheets.matching.sheet import plan_people
from sheets.models import ImportFile, SheetImport
from sheets.models.kept import ShownTab
from sheets.reading import UnreadableFile
from sheets.reading.files import text_of_file
from sheets.reading.limits import LIMITS, size_label
from sheets.understanding.books import counts_of, understand_books
from sheets.understanding.columns import UnderstoodTable
from sheets.understanding.materials import understand_materials
from sheets.understanding.meanings import MATERIALS
from sheets.understanding.outline import Outline, understand_outline

__all__ = ["Say", "plan_of", "read_import", "silent"]

# A day without a year is one of the cohort, or so long before its start, when people may have begun.
_BEFORE_THE_START = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class ReadFiles:
    """Files as they were understood: their tabs for the page, and what compares them with the database."""

    compare: Callable[[], ImportPlan[Any]]
    tabs: Sequence[ShownTab] = ()
    notes: Sequence[str] = ()
    left_out: Sequence[str] = ()

    def plan(self, say: Say = silent) -> ImportPlan[Any]:
        """Work out what confirming would change.

        Raises:
            UnreadableFile: they leave too many questions open.
        """
        say("Comparing with Trefoil")
        plan = self.compare()
        check_number(len(plan.clarifications))
        plan.tables = self.tabs
        plan.notes = list(dict.fromkeys([*self.notes, *plan.notes, *self.left_out]))
        return plan


def read_import(sheet_import: SheetImport, by: User, at: datetime, say: Say = silent) -> ReadFiles:
    """Read and understand the files. Nothing is written, and a transaction need not be open.

    Raises:
        UnreadableFile: a file cannot be read.
    """
    cohort = sheet_import.cohort
    if sheet_import.kind == SheetImport.Kind.OUTLINE:
        outline = _read_outline(list(sheet_import.files.order_by("position")))
        return ReadFiles(partial(plan_outline, sheet_import=sheet_import, outline=outline))
    tabs = read_tabs(sheet_import, say)
    # By the index of a tab: its reading, its plan, and its rows of nobody, whose formulas do not matter.
    understood: dict[int, UnderstoodTable]
    passed_over: dict[int, Collection[int]] = {}
    compare: Callable[[], ImportPlan[Any]]
    if cohort is None:
        lists = {
            n: understand_materials(table)
            for n, table in enumerate(tabs.tables)
            if table.meant.kind == MATERIALS
        }
        understood = {n: table.understood for n, table in lists.items()}
        gives = {n: Counter(material=len(table.entries)) for n, table in lists.items()}
        usable = [table for table in lists.values() if not table.understood.missing]
        compare = partial(plan_materials, sheet_import=sheet_import, tables=usable)
    else:
        local = at.astimezone(ZoneInfo(cohort.time_zone))
        books, people = understand_books(tabs.tables, local, cohort.starts_on - _BEFORE_THE_START)
        understood = {n: table.understood for n, table in people.items()}
        for book in books:
            understood |= {n: tracker.understood for n, tracker in book.trackers}
            understood |= {n: tab.understood for n, tab in book.questions}
            understood |= {n: tab.understood for n, tab in book.records}
            passed_over |= {n: tracker.rows_of_nobody() for n, tracker in book.trackers}
        gives = counts_of(books, people)
        compare = partial(
            plan_people,
            sheet_import=sheet_import,
            cohort=cohort,
            books=books,
            people=people.values(),
            by=by,
            at=at,
        )
    notes = [
        f"{table.file}, {note}" if table.is_one_of_many else note
        for n, table in enumerate(tabs.tables)
        for note in (*table.notes, *table.formula_note(passed_over.get(n, ())))
    ]
    pasted: list[str] = sheet_import.options.get("pasted_for_nobody", [])
    for_nobody = (f"Pasted with the addresses, but no name of the file: “{line}”." for line in pasted)
    return ReadFiles(
        compare,
        shown_tabs(tabs, understood, gives, passed_over),
        [*tabs.refused, *notes],
        [*for_nobody, *left_out_notes(tabs)],
    )


def plan_of(sheet_import: SheetImport, at: datetime, say: Say = silent) -> ImportPlan[Any]:
    return read_import(sheet_import, sheet_import.uploaded_by, at, say).plan(say)


def _read_outline(files: Sequence[ImportFile]) -> Outline:
    size = sum(file.size for file in files)
    if size > LIMITS.bytes_of_outlines:
        most = size_label(LIMITS.bytes_of_outlines)
        raise UnreadableFile(
            f"The outline has {size_label(size)}; the limit is {most}. Upload only the part with weeks and topics."
        )
    outline = Outline()
    for file in files:
        known = len(outline.milestones) + len(outline.sections)
        understand_outline(text_of_file(file.name, bytes(file.content), LIMITS), outline)
        if len(files) > 1 and len(outline.milestones) + len(outline.sections) == known:
            raise UnreadableFile(
                f"{file.name} has neither headings nor weeks with topics. Upload the README without it."
            )
    others = len(outline.sections) + sum(len(part.links) for part in outline.milestones)
    for what, count in (("topics", len(outline.milestones)), ("sections and links", others)):
        if count > LIMITS.topics:
            raise UnreadableFile(
                f"The outline has {count:,} {what}; the limit is {LIMITS.topics:,}. Upload only the README of the"
                " course."
            )
    return outline
