"""The list of imports, and one page of the lines of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, QuerySet, When

from sheets.matching.plan import CHANGES
from sheets.models import ImportLine, SheetImport
from sheets.models.sheet_import import SheetImportQuerySet
from sheets.understanding.meanings import LEAVE_OUT

_LINES_A_PAGE = 100
# More than an outline has, and a page takes.
_ALL_LINES = 10_000
_IMPORTS_A_PAGE = 25


_LABELS = {
    ImportLine.Verdict.NEW: "new",
    ImportLine.Verdict.CHANGED: "changed",
    ImportLine.Verdict.BOTH: "different",
    ImportLine.Verdict.MOVED: "moved",
    ImportLine.Verdict.UNCHANGED: "unchanged",
    ImportLine.Verdict.MISSING: "missing in the file",
    ImportLine.Verdict.NO_GROUP: "without room in their group",
    ImportLine.Verdict.DUPLICATE: "duplicate",
    ImportLine.Verdict.UNREADABLE: "not imported",
}
# Differences that can be ticked one by one.
_MOST_TICKS = 500


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An import with what was worked out about it."""

    row: SheetImport
    files: str
    counts: str


def import_list_page(imports: SheetImportQuerySet, number: str | None) -> Page[ImportSummary]:
    """A page of imports, the newest first. Two queries."""
    rows: QuerySet[Any] = (
        imports.newest_first().select_related("uploaded_by", "job").annotate(file_count=Count("files"))
    )
    page: Page[Any] = Paginator(rows, _IMPORTS_A_PAGE).get_page(number)
    page.object_list = [
        ImportSummary(row, "1 file" if count == 1 else f"{count} files", counted(row))
        for row, count in ((row, getattr(row, "file_count", 0)) for row in page.object_list)
    ]
    return page


def counted(sheet_import: SheetImport) -> str:
    """How many lines have each verdict: "3 new, 1 not imported"."""
    counts: dict[str, int] = sheet_import.understood.get("counts", {})
    return ", ".join(
        f"{counts[verdict]} {label}" for verdict, label in _LABELS.items() if counts.get(verdict)
    )


@dataclass(frozen=True, slots=True)
class VerdictCount:
    """How many lines have a verdict."""

    value: int
    label: str
    verdict: str
    tone: str


@dataclass(frozen=True, slots=True)
class StartDay:
    """How many people of an import count from that day on."""

    day: date
    people: int
    is_cohort_start: bool


def start_day_lines(sheet_import: SheetImport, number: str | None) -> Page[ImportLine]:
    """A page of the lines that make somebody a student, member or mentor."""
    lines = sheet_import.lines.exclude(starts_on=None).in_order()
    return Paginator(lines, _LINES_A_PAGE).get_page(number)


def _start_days(sheet_import: SheetImport) -> list[StartDay]:
    if sheet_import.cohort is None:
        return []
    start = sheet_import.cohort.starts_on
    lines = sheet_import.lines.exclude(starts_on=None).order_by("starts_on").values_list("starts_on")
    return [
        StartDay(day, people, day == start)
        for day, people in lines.annotate(people=Count("email", distinct=True))
    ]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import: figures by verdict, a page of its lines, and what is open before it can be confirmed.

    `kept_count`: rows missing in the file, to which nothing happens. They are listed only when they are asked for.
    """

    heading: str
    # Its files were not read, or not since somebody corrected how.
    is_unread: bool
    # Where it was, or is to be, fetched.
    link: str
    counts: tuple[VerdictCount, ...]
    page: Page[ImportLine]
    # What the sheet says and what is here, of an import of people.
    differences: Sequence[ImportLine]
    difference_count: int
    # Whether people tick which lines are taken. Then all stand on one page.
    has_ticks: bool
    notes: Sequence[str]
    refusal: str
    missing: Sequence[str]
    open_questions: int
    is_all_left_out: bool
    # Whether there are columns or questions to go back to.
    has_answers: bool
    can_confirm: bool
    import_label: str
    # Whether its rows are kept, so that they can be listed and undone.
    has_rows: bool
    kept_count: int
    files: str
    # From when how many new people count, the earliest first.
    start_days: Sequence[StartDay]


def import_page(sheet_import: SheetImport, verdict: str, number: str | None, now: datetime) -> ImportPage:
    """Read one page of lines, of one verdict or of all that say something, what is not imported first. Four queries."""
    is_unread = _is_unread(sheet_import)
    understood = {} if is_unread else sheet_import.understood
    counts: dict[str, int] = understood.get("counts", {})
    lines = sheet_import.lines.in_order().only(
        "verdict", "location", "what", "reason", "starts_on", "sheet_import", "is_taken", "versions"
    )
    # What is ticked here is not asked for on another page, nor under another filter.
    is_outline = sheet_import.kind == SheetImport.Kind.OUTLINE
    different = 0 if is_outline else counts.get(ImportLine.Verdict.BOTH, 0)
    has_ticks = sheet_import.is_open and bool(is_outline or different)
    if is_unread:
        lines = lines.none()
    differences = list(lines.filter(verdict=ImportLine.Verdict.BOTH)[:_MOST_TICKS]) if different else []
    lines = lines if is_outline else lines.exclude(verdict=ImportLine.Verdict.BOTH)
    shown = verdict if verdict in ImportLine.Verdict.values and not has_ticks else ""
    if shown:
        lines = lines.filter(verdict=shown)
    else:
        is_read = Case(When(verdict=ImportLine.Verdict.UNREADABLE, then=0), default=1)
        lines = lines.order_by(is_read, "position")
        lines = lines if has_ticks else lines.exclude(verdict=ImportLine.Verdict.MISSING)
    is_all_ticks = has_ticks and is_outline
    ticks = [line.is_taken for line in lines if line.is_taken is not None] if is_all_ticks else []
    count = sum(ticks) if is_all_ticks else sum(counts.get(key, 0) for key in CHANGES)
    changes = _counted(count, "change")
    to_confirm = f"{changes} to confirm" if changes else "Nothing is ticked" if ticks else ""
    to_confirm = ", ".join(filter(None, (to_confirm, _counted(different, "difference"))))
    to_import = " and ".join(
        filter(None, ("" if is_all_ticks else changes, "what is ticked" if has_ticks else ""))
    )
    answers = sheet_import.options.get("answers", {})
    open_count = sum(1 for question in understood.get("questions", []) if not answers.get(question["key"]))
    missing = [
        f"{label} ({table['name']})" for table in understood.get("tables", []) for label in table["missing"]
    ]
    kinds = [table.get("kind") for table in understood.get("tables", [])]
    is_all_left_out = bool(kinds) and set(kinds) == {LEAVE_OUT}
    nothing = "Every tab is left out" if is_all_left_out else "Nothing would change"
    has_rows = sheet_import.has_rows(now)
    files = list(sheet_import.files.order_by("position").only("name", "link"))
    names = [file.name for file in files]
    return ImportPage(
        heading="Not read yet"
        if is_unread
        else _heading(sheet_import, to_confirm or nothing, open_count, len(missing)),
        is_unread=is_unread,
        link=next((file.link for file in files if file.link), ""),
        counts=tuple(
            VerdictCount(
                counts[key],
                label,
                key.value,
                ImportLine(verdict=key).tone,
            )
            for key, label in _LABELS.items()
            if counts.get(key)
        ),
        page=Paginator(lines, _ALL_LINES if has_ticks else _LINES_A_PAGE).get_page(number),
        differences=differences,
        difference_count=different,
        has_ticks=has_ticks,
        notes=understood.get("notes", []),
        refusal=understood.get("refusal", ""),
        missing=missing,
        open_questions=open_count,
        is_all_left_out=is_all_left_out,
        has_answers=bool(sheet_import.understood.get("tables") or sheet_import.understood.get("questions")),
        can_confirm=sheet_import.state == SheetImport.State.PREVIEWED
        and not (open_count or missing)
        and bool(to_confirm),
        import_label=f"Import {to_import}",
        has_rows=has_rows,
        kept_count=0 if shown or has_ticks or not has_rows else counts.get(ImportLine.Verdict.MISSING, 0),
        start_days=[] if is_unread else _start_days(sheet_import),
        files=", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""),
    )


def _is_unread(sheet_import: SheetImport) -> bool:
    return sheet_import.state == SheetImport.State.UPLOADED and not sheet_import.understood.get("refusal")


def _heading(sheet_import: SheetImport, to_confirm: str, open_count: int, missing_count: int) -> str:
    """What is to be done about the import, or what became of it."""
    if sheet_import.understood.get("refusal"):
        return "It cannot be read"
    if not sheet_import.is_open:
        return "Undone" if sheet_import.undone_at else "Imported"
    if missing_count:
        return "1 column to choose" if missing_count == 1 else f"{missing_count} columns to choose"
    if open_count:
        return "1 question is open" if open_count == 1 else f"{open_count} questions are open"
    return to_confirm


def _counted(count: int, word: str) -> str:
    """ "3 changes"; empty without one."""
    return "" if not count else f"1 {word}" if count == 1 else f"{count:,} {word}s"
