"""The list of imports, and one page of the lines of an import."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from sheets.models import ImportLine, SheetImport
from sheets.models.sheet_import import SheetImportQuerySet

_LINES_A_PAGE = 100
_IMPORTS_A_PAGE = 25


_LABELS = {
    ImportLine.Verdict.NEW: "new",
    ImportLine.Verdict.CHANGED: "changed",
    ImportLine.Verdict.MOVED: "moved",
    ImportLine.Verdict.UNCHANGED: "unchanged",
    ImportLine.Verdict.MISSING: "missing in the file",
    ImportLine.Verdict.NO_GROUP: "without room in their group",
    ImportLine.Verdict.DUPLICATE: "duplicate",
    ImportLine.Verdict.UNREADABLE: "not imported",
}
_TONES = {
    ImportLine.Verdict.MISSING: "watch",
    ImportLine.Verdict.NO_GROUP: "watch",
    ImportLine.Verdict.UNREADABLE: "act",
}


@dataclass(frozen=True, slots=True)
class ImportSummary:
    """An import with what was worked out about it."""

    row: SheetImport
    files: str
    counts: str


def import_list_page(imports: SheetImportQuerySet, number: str | None) -> Page[ImportSummary]:
    """A page of imports, the newest first. Two queries."""
    rows: QuerySet[Any] = (
        imports.newest_first().select_related("uploaded_by").annotate(file_count=Count("files"))
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
    """How many lines have a verdict, and whether only those are shown."""

    value: int
    label: str
    verdict: str
    is_shown: bool
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
    """An import: figures by verdict, a page of its lines, and what is open before it can be confirmed."""

    counts: tuple[VerdictCount, ...]
    page: Page[ImportLine]
    notes: Sequence[str]
    refusal: str
    missing: Sequence[str]
    open_questions: int
    can_confirm: bool
    unreadable: int
    files: str
    # From when how many new people count, the earliest first.
    start_days: Sequence[StartDay]


def import_page(sheet_import: SheetImport, verdict: str, number: str | None) -> ImportPage:
    """Read one page of lines, of one verdict or all. Four queries."""
    understood = sheet_import.understood
    counts: dict[str, int] = understood.get("counts", {})
    lines = sheet_import.lines.in_order().only(
        "verdict", "location", "what", "reason", "starts_on", "sheet_import"
    )
    shown = verdict if verdict in ImportLine.Verdict.values else ""
    if shown:
        lines = lines.filter(verdict=shown)
    answers = sheet_import.options.get("answers", {})
    open_count = sum(1 for question in understood.get("questions", []) if not answers.get(question["key"]))
    missing = [
        f"{label} ({table['name']})" for table in understood.get("tables", []) for label in table["missing"]
    ]
    names = list(sheet_import.files.order_by("position").values_list("name", flat=True))
    return ImportPage(
        counts=tuple(
            VerdictCount(
                counts[key],
                label,
                key.value,
                key == shown,
                _TONES.get(key, ""),
            )
            for key, label in _LABELS.items()
            if counts.get(key)
        ),
        page=Paginator(lines, _LINES_A_PAGE).get_page(number),
        notes=understood.get("notes", []),
        refusal=understood.get("refusal", ""),
        missing=missing,
        open_questions=open_count,
        can_confirm=sheet_import.state == SheetImport.State.PREVIEWED and not open_count and not missing,
        unreadable=counts.get(ImportLine.Verdict.UNREADABLE, 0),
        start_days=_start_days(sheet_import),
        files=", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else ""),
    )
