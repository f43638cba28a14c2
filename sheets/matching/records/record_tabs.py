"""Compares the record tabs of a workbook with the cohort."""

from groups.models import Group, PlanItem
from sheets.matching.ledger import Ledger
from sheets.matching.plan import TableHead
from sheets.matching.progress_snapshot import ProgressSnapshot
from sheets.matching.records.meetings import CheckInMatcher, ReviewMatcher, StepMatcher
from sheets.matching.records.people import PeopleMatcher
from sheets.matching.records.progress import ProgressMatcher, compare_plan
from sheets.understanding.books import Book
from sheets.understanding.records import (
    CheckInRecord,
    PersonRecord,
    PlanRecord,
    ProgressRecord,
    ReviewRecord,
    StepRecord,
)
from sheets.understanding.records.tabs import RecordKind, records_of

_NO_GROUP = "No group is given. Upload it together with the tracker of its group."


class RecordMatcher:
    """Matches the tabs that only our own workbooks have. Reads from the database when the first tab needs it."""

    def __init__(self, ledger: Ledger, progress: ProgressSnapshot) -> None:
        self._ledger = ledger
        self._progress = ProgressMatcher(ledger, progress)
        self._people: PeopleMatcher | None = None
        self._meetings: tuple[CheckInMatcher, StepMatcher, ReviewMatcher] | None = None
        self._plans: dict[int, dict[int, object]] | None = None

    def match_people(self, book: Book, group: Group | None) -> None:
        for n, tab in book.records:
            table = tab.understood.table
            self._ledger.plan.heads[n] = TableHead(
                table.tab, (tab.understood.header,), tab.group or str(group or "")
            )
            self._ledger.refuse_unread(n, tab.unread)
        for n, row in records_of(book.records, PersonRecord):
            self._people = self._people or PeopleMatcher(self._ledger)
            self._people.match(n, row, group)
        if group is not None and group.pk:
            plan = records_of(book.records, PlanRecord)
            compare_plan(self._ledger, plan, group, self._plan_of(group.pk) if plan else {})

    def _plan_of(self, group_id: int) -> dict[int, object]:
        if self._plans is None:
            self._plans = {}
            rows = PlanItem.objects.filter(group__cohort=self._ledger.cohort)
            for group, milestone, due_on in rows.values_list("group", "milestone", "due_on"):
                self._plans.setdefault(group, {})[milestone] = due_on
        return self._plans.get(group_id, {})

    def match_progress(self, book: Book) -> None:
        for n, row in records_of(book.records, ProgressRecord):
            self._progress.match(n, row)

    def match_meetings(self, book: Book, group: Group | None) -> None:
        """Plan check-ins, steps and reviews; `group` is the workbook's, for tabs that name none."""
        if not any(
            tab.kind in (RecordKind.CHECK_INS, RecordKind.STEPS, RecordKind.REVIEWS)
            for _, tab in book.records
        ):
            return
        if self._meetings is None:
            ledger = self._ledger
            known = CheckInMatcher(ledger)
            self._meetings = known, StepMatcher(ledger, known), ReviewMatcher(ledger)
        check_ins, steps, reviews = self._meetings
        check_ins.match(records_of(book.records, CheckInRecord), group)
        named = {n: self._ledger.find_group(tab.group) for n, tab in book.records if tab.group}
        for n, step in records_of(book.records, StepRecord):
            if of := named.get(n, group):
                steps.match(n, step, of)
            else:
                self._ledger.refuse(n, step.row, step.location, step.step.text, _NO_GROUP)
        for n, review in records_of(book.records, ReviewRecord):
            if of := named.get(n, group):
                reviews.match(n, review, of)
            else:
                self._ledger.refuse(n, review.row, review.location, review.review.url, _NO_GROUP)
