"""Compares trackers of sheets with a cohort: members, mentors, progress."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from sheets.matching.changes import NewAccount
from sheets.matching.cohort_snapshot import GroupSnapshot, Student
from sheets.matching.enrolments import EnrolmentRef
from sheets.matching.ledger import Ledger
from sheets.matching.mentors import MentorMatch as Mentor
from sheets.matching.modules import MilestoneMatch
from sheets.matching.plan import TableHead, Verdict
from sheets.matching.progress_snapshot import ProgressSnapshot, further
from sheets.matching.students import MentionContext, StudentMatch
from sheets.understanding.roster import group_key
from sheets.understanding.tracker import TrackedStudent, Tracker

# A row of a tracker and the student in it.
type TrackerRow = tuple[TrackedStudent, StudentMatch]


class TrackerMatcher:
    """A sheet knows only "done", and not since when, so progress moves forward only.

    Nobody is moved out of their group in Trefoil.
    """

    def __init__(self, ledger: Ledger, progress: ProgressSnapshot) -> None:
        self._ledger = ledger
        self._progress = progress

    def peek(self, tracker: Tracker, called: str) -> list[Student]:
        """The students who are known already; `called` is the group, or the tab if it names no group."""
        matches = [
            self._ledger.students.peek(student.person, MentionContext(called)) for student in tracker.students
        ]
        return [match.student for match in matches if match.student]

    def find(self, tracker: Tracker, called: str, group: GroupSnapshot | None) -> list[TrackerRow]:
        """Who is in the rows. Several rows with one name may be one person or several."""
        times = Counter(student.person.folded_name for student in tracker.students)
        rows_found = []
        for student in tracker.students:
            row = student.location if times[student.person.folded_name] > 1 else ""
            where = MentionContext(called, group.id if group else None, row)
            rows_found.append(
                (student, self._ledger.students.find(student.person, student.location, where=where))
            )
        return rows_found

    def match(
        self,
        n: int,
        tracker: Tracker,
        rows_found: list[TrackerRow],
        group: GroupSnapshot | None,
        name: str,
        members: dict[str, StudentMatch],
    ) -> None:
        plan, table = self._ledger.plan, tracker.understood.table
        plan.heads[n] = TableHead(table.tab, tracker.heads, name)
        for unread in tracker.unread:
            plan.add(Verdict.UNREADABLE, unread.what, unread.location, unread.reason, table=n, row=unread.row)
        if tracker.prepared:
            what = "row" if tracker.prepared == 1 else "rows"
            plan.notes.append(
                f"{table.name}: {tracker.prepared} {what} without a person (percentages, totals, unused rows) left out."
            )
        milestones = {
            title: self._ledger.modules.find(title, location) for title, location in tracker.modules
        }
        rows: dict[str, list[TrackedStudent]] = {}
        matches: dict[str, StudentMatch] = {}
        for student, match in rows_found:
            if not match.email:
                why = "Waiting for your answer: who is this?" if match.is_open else "Skipped, as you chose."
                plan.add(
                    Verdict.UNREADABLE, str(student.person), student.location, why, table=n, row=student.row
                )
                continue
            rows.setdefault(match.email, []).append(student)
            matches[match.email] = match
            name_of = student.person.folded_name
            same = members.get(name_of, match).email == match.email
            # A name that two members share does not tell who asked a question.
            members[name_of] = match if same else StudentMatch()
        for email, lines in rows.items():
            self._match_student(n, matches[email], lines, group, name, milestones)
        self._match_mentors(tracker, name)

    def _match_student(
        self,
        n: int,
        match: StudentMatch,
        rows: list[TrackedStudent],
        group: GroupSnapshot | None,
        name: str,
        modules: dict[str, MilestoneMatch],
    ) -> None:
        ledger = self._ledger
        details: list[str] = []
        verdict = Verdict.UNCHANGED
        location = ", ".join(row.location for row in rows)
        refusal = self._refusal(match, name)
        if refusal:
            for row in rows:
                ledger.plan.add(
                    Verdict.UNREADABLE, str(row.person), row.location, refusal, table=n, row=row.row
                )
            return
        student = match.student
        if student is None and match.email not in ledger.in_files:
            verdict = Verdict.NEW
            details.append(self._enrol(match, name))
        elif student is not None and student.group_id is None and match.email not in ledger.in_files:
            verdict = Verdict.MOVED
            self._join(match, name)
            details.append(f"into {name}")
        elif student is not None and group is not None and student.group_id not in (None, group.id):
            details.append(f"stays in {ledger.now.groups[student.group_id or 0].name}")
        ledger.in_files.add(match.email)
        if len(rows) > 1:
            details.append(f"is in {len(rows)} rows: what is done in any of them counts")
        ref = ledger.enrolments.on_day(match.email, None)
        marks = [mark for row in rows for mark in self._marks(n, row, modules)]
        changed = self._new_marks(ref, marks) if ref else []
        if changed and verdict is Verdict.UNCHANGED:
            verdict = Verdict.CHANGED
        details += changed
        ledger.plan.add(verdict, f"{match.name} <{match.email}>", location, "; ".join(details))

    def _refusal(self, match: StudentMatch, name: str) -> str:
        ledger = self._ledger
        account = ledger.account(match.email)
        if (
            match.student is not None and match.student.group_id is not None
        ) or match.email in ledger.in_files:
            return ""
        if account is not None and not account.is_active:
            return f"{account.name} can no longer sign in; ask an operator."
        return ledger.study_refusal(match.email, name)

    def _enrol(self, match: StudentMatch, name: str) -> str:
        ledger = self._ledger
        if match.email not in ledger.now.accounts:
            ledger.people.accounts.setdefault(match.email, NewAccount(match.email, match.name))
        ledger.people.enrolled.append(match.email)
        ledger.enrolments.add(EnrolmentRef(match.email), ledger.starts_on)
        self._join(match, name)
        return f"joins the cohort; into {name}"

    def _join(self, match: StudentMatch, name: str) -> None:
        ledger = self._ledger
        begun = [ledger.starts_on]
        if match.student is not None:
            begun += [match.student.started_on, match.student.free_from or date.min]
        account = ledger.account(match.email)
        if account is not None:
            begun.append(ledger.now.ended_on.get(account.id, date.min))
        ledger.people.moves.append((match.email, name, max(begun)))
        ledger.sizes[group_key(name)] += 1
        ledger.studying.add((group_key(name), match.email))

    def _marks(
        self, n: int, row: TrackedStudent, modules: dict[str, MilestoneMatch]
    ) -> Iterator[tuple[int, str]]:
        """Milestone and state of each check box; lists those that cannot be read."""
        for cell in row.cells:
            if cell.mark.wrong:
                what = f"{row.person.name or row.person.email}, {cell.module}"
                self._ledger.plan.add(
                    Verdict.UNREADABLE, what, cell.location, cell.mark.wrong, table=n, row=row.row
                )
                continue
            milestone = modules[cell.module].milestone
            if milestone is not None:
                yield milestone.pk, cell.mark.state

    def _new_marks(self, ref: EnrolmentRef, marks: list[tuple[int, str]]) -> list[str]:
        best: dict[int, str] = {}
        for milestone_id, state in marks:
            best[milestone_id] = further(best.get(milestone_id, "not_started"), state)
        return [
            f"{self._ledger.titled[milestone_id]}: {label}"
            for milestone_id, state in best.items()
            for label in self._progress.move_on(ref, milestone_id, state)
        ]

    def _match_mentors(self, tracker: Tracker, name: str) -> None:
        for student in tracker.students:
            for mentor in student.mentors:
                if mentor.wrong:
                    self._ledger.plan.notes.append(f"{student.location}: mentor left out. {mentor.wrong}")
                    continue
                rows_found = self._ledger.mentors.find(mentor, student.location)
                if (
                    rows_found is not None
                    and (group_key(name), rows_found.email) not in self._ledger.assigned
                ):
                    self._match_mentor(rows_found, student.location, name)

    def _match_mentor(self, rows_found: Mentor, location: str, name: str) -> None:
        ledger = self._ledger
        ledger.assigned.add((group_key(name), rows_found.email))
        if (group_key(name), rows_found.email) in ledger.mentoring:
            return
        refusal = ledger.mentor_refusal(rows_found.email, name)
        if refusal:
            ledger.plan.notes.append(f"{location}: mentor left out. {refusal}")
            return
        account = ledger.account(rows_found.email)
        if account is None:
            new = NewAccount(rows_found.email, rows_found.name or rows_found.email)
            ledger.people.accounts.setdefault(rows_found.email, new)
        ledger.people.mentors.append((name, rows_found.email))
        ledger.mentoring.add((group_key(name), rows_found.email))
        shown = account.name if account else rows_found.name or rows_found.email
        ledger.plan.add(Verdict.NEW, f"{shown} <{rows_found.email}>", location, f"mentors {name}")
