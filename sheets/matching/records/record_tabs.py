"""Compares the record tabs of a workbook with the cohort."""

from datetime import date

from groups.models import Group, PlanItem
from sheets.matching.ledger import Ledger
from sheets.matching.progress_snapshot import ProgressSnapshot
from sheets.matching.records.people import PeopleMatcher
from sheets.matching.records.progress import ProgressMatcher, compare_plan
from sheets.understanding.books import Book
from sheets.understanding.records import PersonRecord, PlanRecord, ProgressRecord
from sheets.understanding.records.tabs import records_of


class RecordMatcher:
    """Matches the tabs that only our own workbooks have. Reads from the database when the first tab needs it."""

    def __init__(self, ledger: Ledger, progress: ProgressSnapshot) -> None:
        self._ledger = ledger
        self._progress = ProgressMatcher(ledger, progress)
        self._people: PeopleMatcher | None = None
        self._plans: dict[int, dict[int, date | None]] | None = None

    def match_people(self, book: Book, group: Group | None) -> None:
        for _, tab in book.records:
            self._ledger.refuse_unread(tab.unread)
        for row in records_of(book.records, PersonRecord):
            self._people = self._people or PeopleMatcher(self._ledger)
            self._people.match(row, group)
        if group is not None and group.pk:
            plan = records_of(book.records, PlanRecord)
            compare_plan(self._ledger, plan, group, self._plan_of(group.pk) if plan else {})

    def _plan_of(self, group_id: int) -> dict[int, date | None]:
        if self._plans is None:
            self._plans = {}
            rows = PlanItem.objects.filter(group__cohort=self._ledger.cohort)
            for group, milestone, due_on in rows.values_list("group", "milestone", "due_on"):
                self._plans.setdefault(group, {})[milestone] = due_on
        return self._plans.get(group_id, {})

    def match_progress(self, book: Book) -> None:
        for row in records_of(book.records, ProgressRecord):
            self._progress.match(row)
