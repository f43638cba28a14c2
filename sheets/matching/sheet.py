"""Compares tracking sheets with the cohort: people, progress, questions."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from courses.models import Cohort
from sheets.matching.cohort_snapshot import GroupSnapshot, Student, addresses, cohort_snapshot
from sheets.matching.ledger import Ledger
from sheets.matching.plan import ImportPlan, Verdict
from sheets.matching.progress_snapshot import ProgressSnapshot
from sheets.matching.questions import QuestionMatcher
from sheets.matching.records.answers_and_asks import AnswersAndAsks
from sheets.matching.records.progress import plan_new_group
from sheets.matching.records.record_tabs import RecordMatcher
from sheets.matching.sheet_changes import SheetChanges
from sheets.matching.students import MentionContext, StudentMatch
from sheets.matching.tracker import TrackerMatcher, TrackerRow
from sheets.understanding.books import Book, BookSet, group_name, same_path
from sheets.understanding.people import Mention
from sheets.understanding.questions import QuestionTab
from sheets.understanding.records import AnswerRecord, AskRecord, PersonRecord, PlanRecord
from sheets.understanding.records.tabs import RecordKind, records_of
from sheets.understanding.roster import group_key
from sheets.understanding.tracker import Tracker


def plan_sheets(
    *, cohort: Cohort, shelf: BookSet, starts_on: date, at: datetime, answers: dict[str, str]
) -> ImportPlan[SheetChanges]:
    """Work out what tracking sheets change.

    People of all sheets come first, since a student of another group may have asked a question.
    """
    mentions = [mention for book in shelf.books for mention in _mentions(book)]
    ledger = Ledger(
        cohort_snapshot(cohort, addresses(mentions, answers)),
        mentions,
        groups=[name for book in shelf.books for name in _group_names(book)],
        starts_on=starts_on,
        answers=answers,
    )
    sheets = _SheetPlanner(ledger, at=at)
    matched_books = [_MatchedBook(book) for book in shelf.books]
    for matched in matched_books:
        sheets.match_people(matched)
    for matched in matched_books:
        sheets.match(matched)
    sheets.finish(shelf)
    return ledger.plan


def _mentions(book: Book) -> Iterator[Mention]:
    for _, tracker in book.trackers:
        for student in tracker.students:
            yield student.person
            yield from student.mentors
    for _, tab in book.questions:
        for question in tab.questions:
            more = question.more
            others = (more.entered_by, more.published_by) if more else ()
            yield from filter(None, (question.student, question.answered_by, *others))
    for _, record_tab in book.records:
        for record in record_tab.records:
            for name in record.__dataclass_fields__:
                if isinstance(mention := getattr(record, name), Mention):
                    yield mention


def _group_names(book: Book) -> Iterator[str]:
    for _, tracker in book.trackers:
        yield tracker.group
    for _, tab in book.questions:
        yield tab.group
    yield _group_of_records(book)


class _MatchedBook:
    """A workbook while it is matched: the group of each tracker, and the students in its rows."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.rows: dict[int, list[TrackerRow]] = {}
        self.groups: dict[int, tuple[GroupSnapshot | None, str]] = {}

    @property
    def group(self) -> tuple[GroupSnapshot | None, str]:
        """The group of the first tracker; everything else in the workbook belongs to it."""
        return next(iter(self.groups.values()))

    @property
    def called(self) -> str:
        """What clarifications call the workbook: the group of its first tracker, else its name."""
        return next((_called(tracker) for _, tracker in self.book.trackers), self.book.name)


def _called(tracker: Tracker) -> str:
    """The name of the group; of the tab if it names no group."""
    return tracker.group or tracker.understood.table.name


class _SheetPlanner:
    def __init__(self, ledger: Ledger, *, at: datetime) -> None:
        self.ledger = ledger
        progress = ProgressSnapshot(ledger.now.cohort, ledger.plan.changes)
        self.trackers = TrackerMatcher(ledger, progress)
        self.questions = QuestionMatcher(ledger, at=at)
        self.records = RecordMatcher(ledger, progress)
        self.new_groups: set[str] = set()

    def match_people(self, matched: _MatchedBook) -> None:
        book = matched.book
        for n, tracker in book.trackers:
            called = _called(tracker)
            matched.groups[n] = self._group_of(self.trackers.peek(tracker, called), book, tracker)
            matched.rows[n] = self.trackers.find(tracker, called, matched.groups[n][0])
        if not book.trackers:
            # Lists of a whole cohort name the group in each row.
            needs_group = any(not tab.group for _, tab in book.questions)
            matched.groups[-1] = self._group_of([], book, None) if needs_group else (None, "")
        trackers = dict(book.trackers)
        for n, (group, name) in matched.groups.items():
            if not name:
                continue
            self.ledger.name_group(
                (trackers[n].group if n in trackers else _group_of_records(book)) or name, name
            )
            if group is None:
                self._new_group(name, trackers.get(n), book)
        self.records.match_people(book, matched.group)

    def match(self, matched: _MatchedBook) -> None:
        """Plan everything else. The progress tab comes first: it says more than a check box."""
        book = matched.book
        self.ledger.plan.notes += [selection.note for selection in book.selections if selection.note]
        members: dict[str, StudentMatch] = {}
        self.records.match_progress(book)
        for n, tracker in book.trackers:
            group, name = matched.groups[n]
            self.trackers.match(n, tracker, matched.rows[n], group, name, members)
        _, name = matched.group
        self.records.match_meetings(book, name)
        asked = AnswersAndAsks(records_of(book.records, AnswerRecord), records_of(book.records, AskRecord))
        for n, tab in book.questions:
            named = self._group_of_tab(tab, book) or name
            known_group = self.ledger.now.by_group_key.get(group_key(named))
            where = MentionContext(tab.group or matched.called, known_group.id if known_group else None)
            self.questions.match_tab(n, tab, named, members, asked, where)
        asked.refuse_the_rest(self.ledger)

    def _group_of(
        self, known_students: list[Student], book: Book, tracker: Tracker | None
    ) -> tuple[GroupSnapshot | None, str]:
        """The group that the tracker names, else that of most of its students, else that of the file name, else new."""
        now = self.ledger.now
        label = tracker.group if tracker else _group_of_records(book)
        known_group = self.ledger.group_now(label) if label else None
        if known_group:
            return known_group, known_group.name
        groups = Counter(student.group_id for student in known_students if student.group_id is not None)
        if groups and tracker:
            group = now.groups[groups.most_common(1)[0][0]]
            others = [now.groups[pk].name for pk in groups if pk != group.id]
            if others:
                self.ledger.plan.notes.append(
                    f"{tracker.understood.table.name}: its students are in {group.name} and {', '.join(others)}; it is"
                    f" imported as {group.name}, and they stay where they are."
                )
            return group, group.name
        several = tracker is not None and len(book.trackers) > 1
        stem = label or group_name(tracker.understood.table.tab if tracker and several else book.name)
        known_group = self.ledger.group_now(stem)
        return known_group, known_group.name if known_group else self.ledger.names.find_or_new(stem) or stem[
            :100
        ]

    def _group_of_tab(self, tab: QuestionTab, book: Book) -> str:
        """The group that a label above the questions names; "" if there is none."""
        if not tab.group:
            return ""
        name = self.ledger.group_name(tab.group)
        if not name:
            name = tab.group[:100]
            self.ledger.name_group(tab.group, name)
            self._new_group(name, None, book)
        return name

    def _new_group(self, name: str, tracker: Tracker | None, book: Book) -> None:
        if group_key(name) in self.new_groups:
            return
        ledger, people = self.ledger, self.ledger.people
        self.new_groups.add(group_key(name))
        people.groups.append(name)
        if book.meeting:
            people.meetings[name] = book.meeting[:200]
        plan = records_of(book.records, PlanRecord)
        if any(tab.kind is RecordKind.PLAN for _, tab in book.records):
            # Its own due dates instead of the calendar's.
            people.chosen[name] = []
            chosen = set(plan_new_group(ledger, plan, name))
        elif tracker is None:
            ledger.plan.add(
                Verdict.NEW, f"Group {name}", book.name, "its plan starts as a copy of the calendar"
            )
            return
        else:
            chosen = self._chosen(tracker, book)
            people.chosen[name] = [pk for pk in ledger.titled if pk in chosen]
        titles = ", ".join(title for pk, title in ledger.titled.items() if pk in chosen) or "nothing"
        location = tracker.understood.table.name if tracker else book.name
        ledger.plan.add(Verdict.NEW, f"Group {name}", location, f"its plan: {titles}")

    def _chosen(self, tracker: Tracker, book: Book) -> set[int]:
        matches = [self.ledger.modules.find(title, location) for title, location in tracker.modules]
        matches += [
            self.ledger.modules.find(selection.module, selection.location)
            for selection in book.selections
            if selection.is_selected and same_path(selection.path, tracker.learning_path)
        ]
        return {match.milestone.pk for match in matches if match.milestone is not None}

    def finish(self, shelf: BookSet) -> None:
        ledger = self.ledger
        self.questions.finish()
        for email in ledger.people.named:
            if email not in ledger.in_files:
                new = ledger.people.accounts[email]
                what = f"{new.name} <{email}>"
                ledger.plan.add(
                    Verdict.NEW, what, "", "gets an account, so that what they wrote stays theirs"
                )
        ledger.plan.clarifications += [
            *ledger.students.clarifications,
            *ledger.mentors.clarifications,
            *ledger.modules.clarifications,
        ]
        ledger.plan.notes += ledger.names.notes()
        ledger.plan.notes += [
            f"{table.name}: no tracker or questions found, skipped." for table in shelf.unknown
        ]
        named = {key for key, _ in ledger.assigned}
        for group in ledger.now.groups.values():
            if group_key(group.name) not in named:
                continue
            for student in ledger.now.students.values():
                if student.group_id == group.id and student.account.email not in ledger.in_files:
                    ledger.plan.add(
                        Verdict.MISSING,
                        str(student.account),
                        "",
                        f"in {group.name} but not in its sheet; kept",
                    )


def _group_of_records(book: Book) -> str:
    return next((line.group for _, line in records_of(book.records, PersonRecord) if line.group), "")
