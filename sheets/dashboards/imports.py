"""One page of the lines of an import."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, When
from django.http import QueryDict

from lib.pages import LINES, page_of
from lib.text import counted as some
from lib.text import joined
from sheets.matching.plan import CHANGES
from sheets.models import ImportLine, SheetImport
from sheets.understanding.meanings import LEAVE_OUT

# More than an outline has, and a page takes.
_ALL_LINES = 10_000
# Differences that can be ticked one by one.
_MOST_TICKS = 500
Verdict = ImportLine.Verdict
_LABELS = {verdict: verdict.label for verdict in Verdict} | {
    Verdict.BOTH: "different",
    Verdict.NO_GROUP: "without room in their group",
}


# Of a confirmed import, those that were written: what was left became unchanged.
WRITTEN = (*CHANGES, Verdict.BOTH)


def counted(sheet_import: SheetImport, verdicts: Iterable[Verdict] = _LABELS) -> str:
    """Count the lines by verdict: "3 new, 1 not imported"."""
    counts = sheet_import.counts
    return ", ".join(f"{counts[verdict]} {_LABELS[verdict]}" for verdict in verdicts if counts.get(verdict))


class ImportPage:
    """An import: figures by verdict, a page of its lines, and what is open before it can be confirmed.

    The lines are those of one verdict, or all that say something, what is not imported first.
    """

    def __init__(self, sheet_import: SheetImport, verdict: str, address: QueryDict, now: datetime) -> None:
        self.refusal: str = sheet_import.understood.get("refusal", "")
        # Its files were not read, or not since somebody corrected how.
        self.is_unread = sheet_import.state == SheetImport.State.UPLOADED and not self.refusal
        # Whether there are columns or questions to go back to.
        self.has_answers = bool(sheet_import.tabs or sheet_import.questions)
        # Nothing is understood of one that is not read.
        read = SheetImport() if self.is_unread else sheet_import
        counts = read.counts
        self.notes: list[str] = read.understood.get("notes", [])
        self.missing = [f"{label} ({tab['name']})" for tab in read.tabs for label in tab["missing"]]
        self.open_questions = sum(not sheet_import.answers.get(one["key"]) for one in read.questions)
        self.is_all_left_out = bool(read.tabs) and all(tab.get("kind") == LEAVE_OUT for tab in read.tabs)
        # Whether its rows are kept, so that they can be listed and undone.
        self.has_rows = sheet_import.has_rows(now)
        files = list(sheet_import.files.order_by("position").only("name", "link"))
        self.files = joined((file.name for file in files), 3)
        # The address that it was, or is to be, fetched from.
        self.link = next((file.link for file in files if file.link), "")
        self.counts = [
            {"value": counts[key], "label": label, "verdict": key.value, "tone": ImportLine(verdict=key).tone}
            for key, label in _LABELS.items()
            if counts.get(key)
        ]
        is_outline = sheet_import.kind == SheetImport.Kind.OUTLINE
        lines = sheet_import.lines.none() if self.is_unread else sheet_import.lines.in_order()
        # From when how many new people count, the earliest first.
        self.start_days: list[Any] = []
        self.is_over = False
        if (cohort := sheet_import.cohort) is not None:
            self.is_over = cohort.is_closed(cohort.today(now))
            days = lines.exclude(starts_on=None).values(day=F("starts_on")).order_by("day")
            self.start_days = list(days.annotate(people=Count("email", distinct=True)))
        # The sheet's side and Trefoil's, of an import of people.
        self.difference_count = 0 if is_outline else counts.get(Verdict.BOTH, 0)
        self.differences: list[ImportLine] = []
        if self.difference_count:
            self.differences = list(lines.filter(verdict=Verdict.BOTH)[:_MOST_TICKS])
        if not is_outline:
            lines = lines.exclude(verdict=Verdict.BOTH)
        # Whether people tick which lines are taken. A tick here is not asked for on another page, nor under
        # another filter, so that all stand on one page.
        self.has_ticks = sheet_import.is_open and bool(is_outline or self.difference_count)
        is_filtered = verdict in Verdict.values and not self.has_ticks
        if is_filtered:
            lines = lines.filter(verdict=verdict)
        else:
            lines = lines.order_by(Case(When(verdict=Verdict.UNREADABLE, then=0), default=1), "position")
        # Nothing happens to what is missing in the file: it is listed when asked for, beside ticks in a fold.
        self.kept_count = 0
        self.kept: list[ImportLine] = []
        if not is_filtered:
            if self.has_ticks:
                self.kept = list(lines.filter(verdict=Verdict.MISSING)[:LINES])
            lines = lines.exclude(verdict=Verdict.MISSING)
            self.kept_count = counts.get(Verdict.MISSING, 0) if self.has_rows else 0
        self.page = page_of(address, lines, _ALL_LINES if self.has_ticks else LINES)

        is_ticked = self.has_ticks and is_outline
        ticks = [line.is_taken for line in self.page if line.is_taken is not None] if is_ticked else []
        change_count = sum(ticks) if is_ticked else sum(counts.get(key, 0) for key in CHANGES)
        changes = some(change_count, "change") if change_count else ""
        differences = some(self.difference_count, "difference") if self.difference_count else ""
        to_confirm = f"{changes} to confirm" if changes else "Nothing is ticked" if ticks else ""
        to_confirm = ", ".join(filter(None, (to_confirm, differences)))
        self.can_confirm = bool(
            to_confirm
            and sheet_import.state == SheetImport.State.PREVIEWED
            and not (self.open_questions or self.missing)
        )
        parts = ("" if is_ticked else changes, "what is ticked" if self.has_ticks else "")
        self.import_label = f"Import {joined(filter(None, parts))}"
        # The next thing to do about the import, or its result.
        if self.refusal:
            self.heading = "It cannot be read"
        elif self.is_unread:
            self.heading = "Not previewed yet" if self.has_answers else "Not read yet"
        elif not sheet_import.is_open:
            self.heading = "Undone" if sheet_import.undone_at else "Imported"
        elif self.missing:
            self.heading = f"{some(len(self.missing), 'column')} to choose"
        elif self.open_questions:
            count = self.open_questions
            self.heading = "1 question is open" if count == 1 else f"{count} questions are open"
        else:
            nothing = "Every tab is left out" if self.is_all_left_out else "Nothing would change"
            self.heading = to_confirm or nothing
