"""Compares tracking sheets with the cohort: people, progress, questions."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime

from courses.models import Cohort
from groups.actions.plan import calendar_plan
from groups.models import Enrolment, Group
from lib.mentions import Mention
from people.models import User
from sheets.matching.changes import CohortChanges
from sheets.matching.cohort_snapshot import shown
from sheets.matching.ledger import Ledger, StartDays
from sheets.matching.plan import ImportPlan, Verdict
from sheets.matching.progress_snapshot import ProgressSnapshot
from sheets.matching.questions import QuestionMatcher
from sheets.matching.records.answers_and_asks import AnswersAndAsks
from sheets.matching.records.people import PeopleMatcher
from sheets.matching.records.progress import compare_plan, match_progress, plan_new_group
from sheets.matching.roster import plan_roster
from sheets.matching.students import MentionContext, StudentMatch
from sheets.matching.tracker import TrackerMatcher, TrackerRow
from sheets.understanding.books import Book, BookSet, group_name, group_names
from sheets.understanding.questions import AskedQuestion, QuestionTab
from sheets.understanding.records import AnswerRecord, AskRecord, PersonRecord, PlanRecord, ProgressRecord
from sheets.understanding.records.tabs import RecordKind, records_of
from sheets.understanding.roster import group_key, group_refusal
from sheets.understanding.tracker import Tracker


def plan_people(
    *,
    cohort: Cohort,
    shelf: BookSet,
    start: StartDays,
    by: User,
    at: datetime,
    answers: dict[str, str],
    turned: Collection[str] = (),
) -> ImportPlan[CohortChanges]:
    """Work out what lists of people and tracking sheets change.

    Lists come first, since sheets name people whose address only a list has. People of all sheets come next, since a
    student of another group may have asked a question.
    """
    entries = [entry for table in shelf.people.values() for entry in table.entries]
    mentions = [mention for entry in entries for mention in (entry.person, *entry.mentors)]
    groups = [entry.group for entry in entries]
    for book in shelf.books:
        mentions += _mentions(book)
        groups += _group_names(book)
    ledger = Ledger(cohort, mentions, groups=groups, start=start, by=by, at=at, answers=answers)
    ledger.plan.turned = turned
    if shelf.people:
        plan_roster(ledger, shelf.people.values())
    sheets = _SheetPlanner(ledger)
    matched_books = [_MatchedBook(book) for book in shelf.books]
    for matched in matched_books:
        sheets.match_people(matched)
    for matched in matched_books:
        sheets.match(matched)
    sheets.finish()
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
        self.groups: dict[int, Group] = {}

    @property
    def group(self) -> Group | None:
        """The group of the first tracker; everything else in the workbook belongs to it."""
        return next(iter(self.groups.values()), None)

    def groups_of_students(self) -> dict[str, Group]:
        """The groups by address and folded name of the students in the trackers, but for names that two groups have."""
        of: dict[str, Group] = {}
        shared: set[str] = set()
        for n, rows in self.rows.items():
            for student, match in rows:
                for key in filter(None, (match.email, student.person.email, student.person.folded_name)):
                    if of.setdefault(key, self.groups[n]) is not self.groups[n]:
                        shared.add(key)
        return {key: group for key, group in of.items() if key not in shared}

    @property
    def called(self) -> str:
        """What clarifications call the workbook: the group of its first tracker, else its name."""
        return next((_called(tracker) for _, tracker in self.book.trackers), self.book.name)


def _called(tracker: Tracker) -> str:
    """The name of the group; of the tab if it names no group."""
    return tracker.group or tracker.understood.table.name


class _SheetPlanner:
    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.progress = ProgressSnapshot(ledger.cohort, ledger.plan)
        self.trackers = TrackerMatcher(ledger, self.progress)
        self.questions = QuestionMatcher(ledger)
        self.people = PeopleMatcher(ledger)
        # The calendar, read when the first new group needs it.
        self.calendar: dict[int, date | None] | None = None

    def match_people(self, matched: _MatchedBook) -> None:
        book = matched.book
        for n, tracker in book.trackers:
            if refusal := group_refusal(tracker.group):
                for student in tracker.students:
                    self.ledger.refuse(student.location, str(student.person), refusal)
                continue
            for pk, title in tracker.modules:
                self.ledger.modules.say(title, pk)
            called = _called(tracker)
            group = self._group_of(self.trackers.peek(tracker, called), book, tracker)
            matched.groups[n] = group
            self.ledger.name_group(tracker.group or group.name, group)
            matched.rows[n] = self.trackers.find(tracker, called, group)
        # Lists of a whole cohort name the group in each row.
        if not matched.groups and any(not tab.group for _, tab in book.questions):
            askers = [student for _, tab in book.questions for _, student in self._askers(tab, book)]
            matched.groups[-1] = group = self._group_of(askers, book, None)
            self.ledger.name_group(_group_of_records(book) or group.name, group)
        for _, record_tab in book.records:
            self.ledger.refuse_unread(record_tab.unread)
        for row in records_of(book.records, PersonRecord):
            self.people.match(row, matched.group)
        if matched.group is not None and matched.group.pk:
            compare_plan(self.ledger, records_of(book.records, PlanRecord), matched.group)

    def match(self, matched: _MatchedBook) -> None:
        """Plan everything else. The progress tab comes first: it says more than a check box."""
        book = matched.book
        members: dict[str, StudentMatch] = {}
        for row in records_of(book.records, ProgressRecord):
            match_progress(self.ledger, self.progress, row)
        for n, tracker in book.trackers:
            if n in matched.groups:
                self.trackers.match(tracker, matched.rows[n], matched.groups[n], members)
        asked = AnswersAndAsks(records_of(book.records, AnswerRecord), records_of(book.records, AskRecord))
        for _, tab in book.questions:
            for group, part in self._by_group(tab, matched):
                where = MentionContext(tab.group or matched.called, group if group.pk else None)
                self.questions.match_tab(part, group, members, asked, where)
        asked.refuse_the_rest(self.ledger)

    def _group_of(self, known_students: list[Enrolment], book: Book, tracker: Tracker | None) -> Group:
        """The group that the tracker names, else that of most of its students, of its title, tab or file, else new."""
        label = tracker.group if tracker else _group_of_records(book)
        named = self.ledger.find_group(label, may_be_new=True) if label else None
        if named is not None:
            return named
        stays = [stay for student in known_students if (stay := self.ledger.now.stay(student))]
        counted = Counter(stay.group.name for stay in stays)
        of = {stay.group.name: stay.group for stay in stays}
        if counted:
            group, *others = [of[name] for name, _ in counted.most_common()]
            if others and tracker:
                self.ledger.plan.notes.append(
                    f"{tracker.understood.table.name}: its students are in {group} and"
                    f" {', '.join(map(str, others))}; it is imported as {group}, and they stay where they are."
                )
            return group
        names = [label] if label else group_names(tracker, book) if tracker else [group_name(book.name)]
        known = (self.ledger.find_group(name, may_be_new=True) for name in names)
        return next(filter(None, known), None) or self._new_group(names[0][:100], tracker, book)

    def _by_group(self, tab: QuestionTab, matched: _MatchedBook) -> Iterator[tuple[Group, QuestionTab]]:
        """The tab with its group; in a workbook of several groups, the questions of each group by who asked."""
        if refusal := group_refusal(tab.group):
            for question in tab.questions:
                self.ledger.refuse(question.location, question.title, refusal)
            return
        if tab.group:
            yield self._group_of_tab(tab, matched.book), tab
            return
        assert matched.group is not None, "a tab of questions without a label is in a book with a group"  # noqa: S101
        asked: dict[int, tuple[Group, list[AskedQuestion]]] = {id(matched.group): (matched.group, [])}
        of = matched.groups_of_students()
        if not matched.rows:
            of = {
                key: stay.group
                for mention, student in self._askers(tab, matched.book)
                if (stay := self.ledger.now.stay(student))
                for key in filter(None, (mention.email, mention.folded_name))
            }
        for question in tab.questions:
            student = question.student
            keys = (student.email, student.folded_name) if student else ()
            group = next((of[key] for key in keys if key in of), matched.group)
            asked.setdefault(id(group), (group, []))[1].append(question)
        for n, (group, questions) in enumerate(asked.values()):
            if questions or n == 0:
                yield group, replace(tab, questions=tuple(questions), unread=() if n else tab.unread)

    def _askers(self, tab: QuestionTab, book: Book) -> Iterator[tuple[Mention, Enrolment]]:
        """Who asked, as they are named and as far as they are known."""
        for mention in filter(None, (question.student for question in tab.questions)):
            if student := self.ledger.students.peek(mention, MentionContext(book.name)).student:
                yield mention, student

    def _group_of_tab(self, tab: QuestionTab, book: Book) -> Group:
        """The group that a label above the questions names."""
        group = self.ledger.find_group(tab.group, may_be_new=True)
        if group is None:
            group = self._new_group(tab.group, None, book)
            self.ledger.name_group(tab.group, group)
        return group

    def _new_group(self, name: str, tracker: Tracker | None, book: Book) -> Group:
        ledger = self.ledger
        group = ledger.new_group(name, book.meeting)
        plan = records_of(book.records, PlanRecord)
        if any(tab.kind is RecordKind.PLAN for _, tab in book.records):
            # Its own due dates instead of the calendar's.
            chosen = plan_new_group(ledger, plan, group)
        elif tracker is None or tracker.has_titles_in_cells:
            ledger.plan.add(
                Verdict.NEW, f"Group {name}", book.name, "its plan starts as a copy of the calendar"
            )
            return group
        else:
            if self.calendar is None:
                self.calendar = calendar_plan(ledger.cohort)
            marked = {pk for pk, _ in tracker.modules}
            chosen = {pk: self.calendar.get(pk) for pk in ledger.titled if pk in marked}
        ledger.changes.plans[name] = chosen
        titles = ", ".join(title for pk, title in ledger.titled.items() if pk in chosen) or "nothing"
        location = tracker.understood.table.name if tracker else book.name
        ledger.plan.add(Verdict.NEW, f"Group {name}", location, f"its plan: {titles}")
        return group

    def finish(self) -> None:
        ledger = self.ledger
        ledger.plan_mentors()
        self.questions.finish()
        for person in ledger.changes.named:
            if person.email not in ledger.in_files:
                reason = "gets an account, so that what they wrote stays theirs"
                ledger.plan.add(Verdict.NEW, shown(person), "", reason)
        ledger.plan.clarifications += [
            *ledger.students.clarifications,
            *ledger.mentors.clarifications,
            *ledger.modules.clarifications,
        ]
        ledger.plan.notes += ledger.names.notes()
        for email, student in ledger.now.students.items():
            stay = ledger.now.stay(student)
            if stay and group_key(stay.group.name) in ledger.with_sheet and email not in ledger.in_files:
                reason = f"in {stay.group} but not in its sheet; kept"
                ledger.plan.add(Verdict.MISSING, shown(student.person), "", reason)


def _group_of_records(book: Book) -> str:
    return next((row.group for row in records_of(book.records, PersonRecord) if row.group), "")
