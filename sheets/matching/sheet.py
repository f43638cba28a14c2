"""Tracking sheets held against the cohort: who they are, what they have done, what they asked."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from courses.models import Cohort
from sheets.matching.changes import NewAccount, NewMark, SheetChanges
from sheets.matching.cohort_now import CohortNow, GroupNow, Student, addresses, cohort_now
from sheets.matching.mentors import MentorFinder
from sheets.matching.modules import Found, ModuleFinder
from sheets.matching.plan import Head, Plan, Step, Verdict, Work
from sheets.matching.progress_now import ProgressNow, further
from sheets.matching.questions import QuestionMatcher
from sheets.matching.students import StudentFinder, Who
from sheets.understanding.books import Book, Shelf, group_name, same_path
from sheets.understanding.people import Mention
from sheets.understanding.roster import group_key
from sheets.understanding.tracker import TrackedStudent, Tracker


def plan_sheets(
    *, cohort: Cohort, shelf: Shelf, starts_on: date, answers: dict[str, str]
) -> Work[Plan[SheetChanges]]:
    """Work out what tracking sheets change.

    A sheet can hold nothing but "done" and says not when: so progress only goes on, never back, and nobody is moved out
    of the group in which Trefoil has them.
    """
    mentions = [mention for book in shelf.books for mention in _mentions(book)]
    now = cohort_now(cohort, addresses(mentions, answers))
    sheets = _Sheets(now, mentions, starts_on=starts_on, answers=answers)
    for done, book in enumerate(shelf.books):
        yield Step("Comparing workbooks", done, len(shelf.books))
        sheets.take(book)
    sheets.finish(shelf)
    return sheets.plan


def _mentions(book: Book) -> Iterator[Mention]:
    for _, tracker in book.trackers:
        for student in tracker.students:
            yield student.person
            if student.mentor is not None:
                yield student.mentor
    for _, tab in book.questions:
        for question in tab.questions:
            yield from filter(None, (question.student, question.answered_by))


class _Sheets:
    """The plan while it grows, a workbook at a time."""

    def __init__(
        self, now: CohortNow, mentions: list[Mention], *, starts_on: date, answers: dict[str, str]
    ) -> None:
        self.now = now
        self.starts_on = starts_on
        self.plan = Plan(SheetChanges())
        self.people = self.plan.changes.cohort
        self.students = StudentFinder(now, answers)
        self.mentors = MentorFinder(now, mentions, answers)
        self.modules = ModuleFinder(now.cohort.course, answers)
        self.progress = ProgressNow(now.cohort)
        self.questions = QuestionMatcher(now, self.plan, self.students, self.mentors, self.modules)
        self.titled = {milestone.pk: milestone.title for milestone in self.modules.milestones}
        # Group's name to the students (by address) that sheets bring into it.
        self.sizes = Counter({group_key(group.name): group.size for group in now.groups.values()})
        self.in_files: set[str] = set()
        self.assigned: set[tuple[str, str]] = set()
        self.new_groups: set[str] = set()

    def take(self, book: Book) -> None:
        """Plan what becomes of one book."""
        names: list[str] = []
        members: dict[str, Who] = {}
        for n, tracker in book.trackers:
            self.plan.heads[n] = Head(tracker.understood.table.tab, tracker.heads)
            names.append(self._take_tracker(n, tracker, self._stem(book, tracker), book, members))
        if not names and book.questions:
            names.append(self._group_of([], group_name(book.name), "")[1])
        for n, tab in book.questions:
            self.questions.take(n, tab, names[0], members)

    def _stem(self, book: Book, tracker: Tracker) -> str:
        """What a new group is called: after its file, or after its tab where one file has several trackers."""
        return group_name(tracker.understood.table.tab if len(book.trackers) > 1 else book.name)

    def _take_tracker(self, n: int, tracker: Tracker, stem: str, book: Book, members: dict[str, Who]) -> str:
        table = tracker.understood.table
        for unread in tracker.unread:
            self.plan.add(
                Verdict.UNREADABLE, unread.what, unread.place, unread.reason, table=n, row=unread.row
            )
        if tracker.prepared:
            what = "row" if tracker.prepared == 1 else "rows"
            self.plan.notes.append(
                f"{table.name}: {tracker.prepared} {what} with percentages, totals or nobody left out."
            )
        found = [(one, self.students.find(one.person, one.place)) for one in tracker.students]
        group, name = self._group_of([who.student for _, who in found if who.student], stem, table.name)
        milestones = {title: self.modules.find(title, place) for title, place in tracker.modules}
        if group is None:
            self._new_group(
                name, tracker, book, [one.milestone.pk for one in milestones.values() if one.milestone]
            )
        rows: dict[str, list[TrackedStudent]] = {}
        whos: dict[str, Who] = {}
        for student, who in found:
            if not who.email:
                why = "Asked: who it is." if who.is_open else "Left out, as you said."
                self.plan.add(
                    Verdict.UNREADABLE, str(student.person), student.place, why, table=n, row=student.row
                )
                continue
            rows.setdefault(who.email, []).append(student)
            whos[who.email] = members[student.person.folded_name] = who
        for email, lines in rows.items():
            self._take_student(n, whos[email], lines, group, name, milestones)
        self._take_mentors(tracker, group, name)
        return name

    def _group_of(self, there: list[Student], stem: str, table: str) -> tuple[GroupNow | None, str]:
        """The group in which most of the students are, else the one that is called like the file, else a new one."""
        groups = Counter(student.group_id for student in there if student.group_id is not None)
        if groups:
            group = self.now.groups[groups.most_common(1)[0][0]]
            others = [self.now.groups[pk].name for pk in groups if pk != group.id]
            if others:
                self.plan.notes.append(
                    f"{table}: its students are in {group.name} and {', '.join(others)}; it is taken for {group.name},"
                    " and they stay where they are."
                )
            return group, group.name
        known = self.now.by_group_key.get(group_key(stem))
        return known, known.name if known else stem

    def _new_group(self, name: str, tracker: Tracker, book: Book, chosen: list[int]) -> None:
        if group_key(name) in self.new_groups:
            return
        self.new_groups.add(group_key(name))
        self.people.groups.append(name)
        for one in book.selections:
            if one.is_selected and same_path(one.path, tracker.learning_path):
                found = self.modules.find(one.module, one.place)
                if found.milestone is not None:
                    chosen.append(found.milestone.pk)
        ordered = [pk for pk in self.titled if pk in set(chosen)]
        self.people.chosen[name] = ordered
        words = ", ".join(self.titled[pk] for pk in ordered) or "nothing"
        self.plan.add(Verdict.NEW, f"Group {name}", tracker.understood.table.name, f"its plan: {words}")

    def _take_student(
        self,
        n: int,
        who: Who,
        rows: list[TrackedStudent],
        group: GroupNow | None,
        name: str,
        modules: dict[str, Found],
    ) -> None:
        said: list[str] = []
        verdict = Verdict.UNCHANGED
        place = ", ".join(row.place for row in rows)
        refusal = self._refusal(who, group, name)
        if refusal:
            for row in rows:
                self.plan.add(Verdict.UNREADABLE, str(row.person), row.place, refusal, table=n, row=row.row)
            return
        if who.student is None and who.email not in self.in_files:
            verdict = Verdict.NEW
            said.append(self._enrol(who, name))
        elif who.student is not None and who.student.group_id is None and who.email not in self.in_files:
            verdict = Verdict.MOVED
            self._join(who, name)
            said.append(f"into {name}")
        elif who.student is not None and group is not None and who.student.group_id not in (None, group.id):
            said.append(f"stays in {self.now.groups[who.student.group_id or 0].name}")
        self.in_files.add(who.email)
        if len(rows) > 1:
            said.append(f"stands in {len(rows)} rows: what is done in any of them counts")
        marks = [mark for row in rows for mark in self._marks(n, row, modules)]
        changed = self._new_marks(who, marks)
        if changed and verdict is Verdict.UNCHANGED:
            verdict = Verdict.CHANGED
        said += changed
        self.plan.add(verdict, f"{who.name} <{who.email}>", place, "; ".join(said))

    def _refusal(self, who: Who, group: GroupNow | None, name: str) -> str:
        account = self.now.accounts.get(who.email)
        if account is not None and not account.is_active:
            return f"{account.name} may not sign in any more; ask an operator."
        if (who.student is not None and who.student.group_id is not None) or who.email in self.in_files:
            return ""
        if account is not None and group is not None and account.id in group.mentors:
            return f"{account.name} mentors {name} and cannot study in it."
        most = self.now.cohort.course.group_size + 1
        if self.sizes[group_key(name)] >= most:
            full = f"{name} has {most} students already, one above the group size of {most - 1}."
            return f"{full} Move somebody out first."
        return ""

    def _enrol(self, who: Who, name: str) -> str:
        if who.email not in self.now.accounts:
            self.people.accounts.setdefault(who.email, NewAccount(who.email, who.name))
        self.people.enrolled.append(who.email)
        self._join(who, name)
        return f"joins the cohort; into {name}"

    def _join(self, who: Who, name: str) -> None:
        begun = [self.starts_on]
        if who.student is not None:
            begun += [who.student.started_on, who.student.free_from or date.min]
        account = self.now.accounts.get(who.email)
        if account is not None:
            begun.append(self.now.ended_on.get(account.id, date.min))
        self.people.moves.append((who.email, name, max(begun)))
        self.sizes[group_key(name)] += 1

    def _marks(self, n: int, row: TrackedStudent, modules: dict[str, Found]) -> Iterator[tuple[int, str]]:
        """Milestone and state of each check box; what is no mark is listed with its place."""
        for cell in row.cells:
            if cell.mark.wrong:
                what = f"{row.person.name or row.person.email}, {cell.module}"
                self.plan.add(Verdict.UNREADABLE, what, cell.place, cell.mark.wrong, table=n, row=row.row)
                continue
            milestone = modules[cell.module].milestone
            if milestone is not None:
                yield milestone.pk, cell.mark.state

    def _new_marks(self, who: Who, marks: list[tuple[int, str]]) -> list[str]:
        best: dict[int, str] = {}
        for milestone_id, state in marks:
            best[milestone_id] = further(best.get(milestone_id, "not_started"), state)
        words = []
        for milestone_id, state in best.items():
            enrolment_id = who.student.enrolment_id if who.student else None
            old = self.progress.state(enrolment_id, who.email, milestone_id)
            if further(old, state) != old:
                self.progress.set(who.email, milestone_id, state)
                self.plan.changes.marks.append(NewMark(who.email, milestone_id, state))
                words.append(f"{self.titled[milestone_id]}: {state.replace('_', ' ')}")
        return words

    def _take_mentors(self, tracker: Tracker, group: GroupNow | None, name: str) -> None:
        for student in tracker.students:
            if student.mentor is None:
                continue
            if student.mentor.wrong:
                self.plan.notes.append(f"{student.place}: mentor left out. {student.mentor.wrong}")
                continue
            found = self.mentors.find(student.mentor, student.place)
            if found is None or (group_key(name), found.email) in self.assigned:
                continue
            self.assigned.add((group_key(name), found.email))
            account = self.now.accounts.get(found.email)
            if account is not None and group is not None and account.id in group.mentors:
                continue
            if found.email in {email for email, into, _ in self.people.moves if into == name}:
                self.plan.notes.append(
                    f"{found.email} studies in {name} and cannot mentor it: left out as mentor."
                )
                continue
            if account is None:
                self.people.accounts.setdefault(
                    found.email, NewAccount(found.email, found.name or found.email)
                )
            self.people.mentors.append((name, found.email))
            shown = account.name if account else found.name or found.email
            self.plan.add(Verdict.NEW, f"{shown} <{found.email}>", student.place, f"mentors {name}")

    def finish(self, shelf: Shelf) -> None:
        """Add what is asked, what is missing, and what belongs to no tracking sheet."""
        self.plan.questions += [*self.students.questions, *self.mentors.questions, *self.modules.questions]
        self.plan.notes += [
            f"{table.name}: neither a tracker nor questions, left out." for table in shelf.unknown
        ]
        named = {group_key(name) for name, _ in self.assigned}
        for group in self.now.groups.values():
            if group_key(group.name) not in named:
                continue
            for student in self.now.students.values():
                if student.group_id == group.id and student.account.email not in self.in_files:
                    self.plan.add(
                        Verdict.MISSING, str(student.account), "", f"in {group.name}, not in its sheet; stays"
                    )
