"""Compares tracking sheets with the cohort: people, progress, questions."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import fields, replace
from datetime import datetime

from courses.models import Cohort
from groups.models import Enrolment, Group
from lib.mentions import Mention
from people.models import User
from sheets.matching.changes import CohortChanges
from sheets.matching.cohort_snapshot import shown
from sheets.matching.ledger import Ledger
from sheets.matching.plan import ImportPlan, Verdict
from sheets.matching.progress_snapshot import ProgressSnapshot
from sheets.matching.questions import QuestionMatcher
from sheets.matching.records.answers_and_asks import AnswersAndAsks
from sheets.matching.records.people import PeopleMatcher
from sheets.matching.records.progress import compare_plan, match_progress, plan_new_group
from sheets.matching.roster import plan_roster
from sheets.matching.students import MentionContext, StudentMatch
from sheets.matching.tracker import TrackerMatcher, TrackerRow
from sheets.models import SheetImport
from sheets.understanding.books import Book, group_name, group_names
from sheets.understanding.labels import in_words
from sheets.understanding.questions import AskedQuestion, QuestionTab
from sheets.understanding.records.asked import AnswerRecord, AskRecord
from sheets.understanding.records.students import PersonRecord, PlanRecord, ProgressRecord
from sheets.understanding.records.tabs import RecordKind, records_of
from sheets.understanding.roster import RosterTable, group_key, group_refusal
from sheets.understanding.tracker import Tracker


def plan_people(
    *,
    sheet_import: SheetImport,
    cohort: Cohort,
    books: Sequence[Book],
    people: Collection[RosterTable],
    by: User,
    at: datetime,
) -> ImportPlan[CohortChanges]:
    """Work out what lists of people and tracking sheets change.

    Lists come first, since sheets name people whose address only a list has. People of all sheets come next, since a
    student of another group may have asked a question.
    """
    entries = [entry for table in people for entry in table.entries]
    mentions = [mention for entry in entries for mention in (entry.person, *entry.mentors)]
    groups = [entry.group for entry in entries]
    for book in books:
        mentions += _mentions(book)
        groups += [tracker.group for _, tracker in book.trackers]
        groups += [*(tab.group for _, tab in book.questions), _group_of_records(book)]
    ledger = Ledger(sheet_import, cohort, mentions, groups, by=by, at=at)
    plan = ledger.plan
    if people:
        plan_roster(ledger, people)
    progress, questions, records = (
        ProgressSnapshot(cohort, plan),
        QuestionMatcher(ledger),
        PeopleMatcher(ledger),
    )
    matched_books = [_MatchedBook(book, ledger, TrackerMatcher(ledger, progress)) for book in books]
    for matched in matched_books:
        matched.match_people(records)
    for matched in matched_books:
        matched.match(progress, questions)
    ledger.plan_mentors()
    questions.finish()
    for person in ledger.changes.named:
        if person.email not in ledger.in_files:
            plan.add(Verdict.NEW, shown(person), "", "gets an account, so that what they wrote stays theirs")
    for finder in (ledger.students, ledger.mentors, ledger.modules):
        plan.clarifications += finder.clarifications
    plan.notes += [*ledger.names.notes(), *ledger.apart()]
    for email, student in ledger.now.students.items():
        stay = ledger.now.stay(student)
        if stay and group_key(stay.group.name) in ledger.with_sheet and email not in ledger.in_files:
            plan.add(
                Verdict.MISSING, shown(student.person), "", f"in {stay.group} but not in its sheet; kept"
            )
    return plan


def _mentions(book: Book) -> Iterator[Mention]:
    for _, tracker in book.trackers:
        for student in tracker.students:
            yield student.person
            yield from student.mentors
    rows = [row for _, tab in book.questions for row in tab.questions]
    records = [record for _, tab in book.records for record in tab.records]
    for row in (*rows, *records):
        of_row = (getattr(row, field.name) for field in fields(row))
        yield from (value for value in of_row if isinstance(value, Mention))


def _group_of_records(book: Book) -> str:
    return next((row.group for row in records_of(book.records, PersonRecord) if row.group), "")


class _MatchedBook:
    """A workbook while it is matched: the group of each tracker, and the students in its rows."""

    def __init__(self, book: Book, ledger: Ledger, trackers: TrackerMatcher) -> None:
        self.book, self.ledger, self.trackers = book, ledger, trackers
        self.rows: dict[int, list[TrackerRow]] = {}
        self.groups: dict[int, Group] = {}
        # The workbook's name in questions: the group of its first tracker, else its own name.
        self.called = next((_called(tracker) for _, tracker in book.trackers), book.name)

    @property
    def group(self) -> Group | None:
        """The group of the first tracker; everything else in the workbook belongs to it."""
        return next(iter(self.groups.values()), None)

    def match_people(self, people: PeopleMatcher) -> None:
        book, ledger = self.book, self.ledger
        for n, tracker in book.trackers:
            if tracker.understood.missing and not (tracker.students or tracker.unread):
                continue
            if refusal := group_refusal(tracker.group):
                for student in tracker.students:
                    ledger.refuse(student.location, str(student.person), refusal)
                continue
            for pk, title in tracker.modules:
                ledger.modules.say(title, pk)
            called = _called(tracker)
            self.groups[n] = group = self._group_of(self.trackers.peek(tracker, called), tracker)
            ledger.name_group(tracker.group or group.name, group)
            self.rows[n] = self.trackers.find(tracker, called, group)
        # Lists of a whole cohort name the group in each row.
        if not self.groups and any(not tab.group for _, tab in book.questions):
            askers = [student for _, tab in book.questions for _, student in self._askers(tab)]
            self.groups[-1] = group = self._group_of(askers, None)
            ledger.name_group(_group_of_records(book) or group.name, group)
        for _, record_tab in book.records:
            ledger.refuse_unread(record_tab.unread)
        for row in records_of(book.records, PersonRecord):
            people.match(row, self.group)
        if self.group is not None and self.group.pk:
            compare_plan(ledger, records_of(book.records, PlanRecord), self.group)

    def match(self, progress: ProgressSnapshot, questions: QuestionMatcher) -> None:
        """Plan everything else. The progress tab comes first: it says more than a check box."""
        book, ledger = self.book, self.ledger
        members: dict[str, StudentMatch] = {}
        has_progress = any(tab.kind is RecordKind.PROGRESS for _, tab in book.records)
        for row in records_of(book.records, ProgressRecord):
            match_progress(ledger, progress, row)
        for n, tracker in book.trackers:
            if n in self.groups:
                rows, group = self.rows[n], self.groups[n]
                self.trackers.match(tracker, rows, group, members, has_progress=has_progress)
        asked = AnswersAndAsks(
            [*records_of(book.records, AnswerRecord), *records_of(book.records, AskRecord)]
        )
        for _, tab in book.questions:
            for group, part in self._by_group(tab):
                where = MentionContext(tab.group or self.called, group if group.pk else None)
                questions.match_tab(part, group, members, asked, where)
        asked.refuse_the_rest(ledger)

    def _group_of(self, known_students: list[Enrolment], tracker: Tracker | None) -> Group:
        """The group that the tracker names, else that of most of its students, of its title, tab or file, else new."""
        book, ledger = self.book, self.ledger
        label = tracker.group if tracker else _group_of_records(book)
        named = ledger.find_group(label, may_be_new=True) if label else None
        if named is not None:
            return named
        stays = [stay for student in known_students if (stay := ledger.now.stay(student))]
        of = {stay.group.name: stay.group for stay in stays}
        if stays:
            counted = Counter(stay.group.name for stay in stays)
            group, *others = [of[name] for name, _ in counted.most_common()]
            if others and tracker:
                ledger.plan.notes.append(
                    f"{tracker.understood.table.name}: its students are in {group} and"
                    f" {', '.join(map(str, others))}; it is imported as {group}, and they stay where they are."
                )
            return group
        names = [label] if label else group_names(tracker, book) if tracker else [group_name(book.name)]
        known = (ledger.find_group(name, may_be_new=True) for name in names)
        return next(filter(None, known), None) or self._new_group(names[0][:100], tracker)

    def _by_group(self, tab: QuestionTab) -> Iterator[tuple[Group, QuestionTab]]:
        """The tab with its group; in a workbook of several groups, the questions of each group by who asked."""
        ledger = self.ledger
        if refusal := group_refusal(tab.group):
            for question in tab.questions:
                ledger.refuse(question.location, question.title, refusal)
            return
        if tab.group:
            # A label above the questions names it.
            named = ledger.find_group(tab.group, may_be_new=True) or self._new_group(tab.group, None)
            ledger.name_group(tab.group, named)
            yield named, tab
            return
        assert self.group is not None, "a tab of questions without a label is in a book with a group"  # noqa: S101
        # Groups by address and folded name of their students, but for names that two groups have.
        of: dict[str, Group] = {}
        shared: set[str] = set()
        for n, rows in self.rows.items():
            for student, match in rows:
                for key in filter(None, (match.email, student.person.email, student.person.folded_name)):
                    if of.setdefault(key, self.groups[n]) is not self.groups[n]:
                        shared.add(key)
        for mention, enrolment in () if self.rows else self._askers(tab):
            if stay := ledger.now.stay(enrolment):
                of |= dict.fromkeys(filter(None, (mention.email, mention.folded_name)), stay.group)
        asked: dict[int, tuple[Group, list[AskedQuestion]]] = {id(self.group): (self.group, [])}
        for question in tab.questions:
            asker = question.student
            keys = (asker.email, asker.folded_name) if asker else ()
            group = next((of[key] for key in keys if key in of and key not in shared), self.group)
            asked.setdefault(id(group), (group, []))[1].append(question)
        for n, (group, questions) in enumerate(asked.values()):
            if questions or n == 0:
                yield group, replace(tab, questions=tuple(questions), unread=() if n else tab.unread)

    def _askers(self, tab: QuestionTab) -> Iterator[tuple[Mention, Enrolment]]:
        """Return the askers, as they are named and as far as they are known."""
        for mention in filter(None, (question.student for question in tab.questions)):
            if student := self.ledger.students.peek(mention, MentionContext(self.book.name)).student:
                yield mention, student

    def _new_group(self, name: str, tracker: Tracker | None) -> Group:
        book, ledger = self.book, self.ledger
        group = ledger.new_group(name, book.meeting)
        location = tracker.understood.table.name if tracker else book.name
        if any(tab.kind is RecordKind.PLAN for _, tab in book.records):
            # Its own due dates instead of the calendar's.
            chosen = plan_new_group(ledger, records_of(book.records, PlanRecord), group)
        elif tracker is None or tracker.has_titles_in_cells:
            what = "its plan starts as a copy of the calendar"
            ledger.plan.add(Verdict.NEW, in_words(name), book.name, what)
            return group
        else:
            marked = {pk for pk, _ in tracker.modules}
            chosen = {pk: ledger.now.calendar.get(pk) for pk in ledger.titled if pk in marked}
        ledger.changes.plans[name] = chosen
        titles = ", ".join(title for pk, title in ledger.titled.items() if pk in chosen) or "nothing"
        ledger.plan.add(Verdict.NEW, in_words(name), location, f"its plan: {titles}")
        return group


def _called(tracker: Tracker) -> str:
    """The name of the group; of the tab if it names no group."""
    return tracker.group or tracker.understood.table.name
