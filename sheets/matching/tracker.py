"""The trackers of sheets held against a cohort: who they are, and what they have done."""

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

# A row of a tracker, and who it is.
type TrackerRow = tuple[TrackedStudent, StudentMatch]


class TrackerMatcher:
    """A sheet can hold nothing but "done" and says not when: so progress only goes on, never back.

    Nobody is moved out of the group in which Trefoil has them.
    """

    def __init__(self, ledger: Ledger, progress: ProgressSnapshot) -> None:
        self._ledger = ledger
        self._progress = progress

    def look(self, tracker: Tracker, called: str) -> list[Student]:
        """The students who are known by now; `called` is the group, or the tab where it names none."""
        whos = [self._ledger.students.look(one.person, MentionContext(called)) for one in tracker.students]
        return [who.student for who in whos if who.student]

    def find(self, tracker: Tracker, called: str, group: GroupSnapshot | None) -> list[TrackerRow]:
        """Who stands in the rows. Several rows with one name may be one person or several."""
        times = Counter(one.person.folded_name for one in tracker.students)
        found = []
        for one in tracker.students:
            row = one.place if times[one.person.folded_name] > 1 else ""
            where = MentionContext(called, group.id if group else None, row)
            found.append((one, self._ledger.students.find(one.person, one.place, where=where)))
        return found

    def take(
        self,
        n: int,
        tracker: Tracker,
        found: list[TrackerRow],
        group: GroupSnapshot | None,
        name: str,
        members: dict[str, StudentMatch],
    ) -> None:
        """Plan what becomes of a tracker; `members` are filled by folded name."""
        plan, table = self._ledger.plan, tracker.understood.table
        plan.heads[n] = TableHead(table.tab, tracker.heads, name)
        for unread in tracker.unread:
            plan.add(Verdict.UNREADABLE, unread.what, unread.place, unread.reason, table=n, row=unread.row)
        if tracker.prepared:
            what = "row" if tracker.prepared == 1 else "rows"
            plan.notes.append(
                f"{table.name}: {tracker.prepared} {what} with percentages, totals or nobody left out."
            )
        milestones = {title: self._ledger.modules.find(title, place) for title, place in tracker.modules}
        rows: dict[str, list[TrackedStudent]] = {}
        whos: dict[str, StudentMatch] = {}
        for student, who in found:
            if not who.email:
                why = "Asked: who it is." if who.is_open else "Left out, as you said."
                plan.add(
                    Verdict.UNREADABLE, str(student.person), student.place, why, table=n, row=student.row
                )
                continue
            rows.setdefault(who.email, []).append(student)
            whos[who.email] = who
            name_of = student.person.folded_name
            same = members.get(name_of, who).email == who.email
            # Of two with one name nobody knows by it who asked.
            members[name_of] = who if same else StudentMatch()
        for email, lines in rows.items():
            self._take_student(n, whos[email], lines, group, name, milestones)
        self._take_mentors(tracker, name)

    def _take_student(
        self,
        n: int,
        who: StudentMatch,
        rows: list[TrackedStudent],
        group: GroupSnapshot | None,
        name: str,
        modules: dict[str, MilestoneMatch],
    ) -> None:
        ledger = self._ledger
        said: list[str] = []
        verdict = Verdict.UNCHANGED
        place = ", ".join(row.place for row in rows)
        refusal = self._refusal(who, name)
        if refusal:
            for row in rows:
                ledger.plan.add(Verdict.UNREADABLE, str(row.person), row.place, refusal, table=n, row=row.row)
            return
        student = who.student
        if student is None and who.email not in ledger.in_files:
            verdict = Verdict.NEW
            said.append(self._enrol(who, name))
        elif student is not None and student.group_id is None and who.email not in ledger.in_files:
            verdict = Verdict.MOVED
            self._join(who, name)
            said.append(f"into {name}")
        elif student is not None and group is not None and student.group_id not in (None, group.id):
            said.append(f"stays in {ledger.now.groups[student.group_id or 0].name}")
        ledger.in_files.add(who.email)
        if len(rows) > 1:
            said.append(f"stands in {len(rows)} rows: what is done in any of them counts")
        ref = ledger.enrolments.on(who.email, None)
        marks = [mark for row in rows for mark in self._marks(n, row, modules)]
        changed = self._new_marks(ref, marks) if ref else []
        if changed and verdict is Verdict.UNCHANGED:
            verdict = Verdict.CHANGED
        said += changed
        ledger.plan.add(verdict, f"{who.name} <{who.email}>", place, "; ".join(said))

    def _refusal(self, who: StudentMatch, name: str) -> str:
        ledger = self._ledger
        account = ledger.account(who.email)
        if (who.student is not None and who.student.group_id is not None) or who.email in ledger.in_files:
            return ""
        if account is not None and not account.is_active:
            return f"{account.name} may not sign in any more; ask an operator."
        return ledger.why_not_study(who.email, name)

    def _enrol(self, who: StudentMatch, name: str) -> str:
        ledger = self._ledger
        if who.email not in ledger.now.accounts:
            ledger.people.accounts.setdefault(who.email, NewAccount(who.email, who.name))
        ledger.people.enrolled.append(who.email)
        ledger.enrolments.add(EnrolmentRef(who.email), ledger.starts_on)
        self._join(who, name)
        return f"joins the cohort; into {name}"

    def _join(self, who: StudentMatch, name: str) -> None:
        ledger = self._ledger
        begun = [ledger.starts_on]
        if who.student is not None:
            begun += [who.student.started_on, who.student.free_from or date.min]
        account = ledger.account(who.email)
        if account is not None:
            begun.append(ledger.now.ended_on.get(account.id, date.min))
        ledger.people.moves.append((who.email, name, max(begun)))
        ledger.sizes[group_key(name)] += 1
        ledger.studying.add((group_key(name), who.email))

    def _marks(
        self, n: int, row: TrackedStudent, modules: dict[str, MilestoneMatch]
    ) -> Iterator[tuple[int, str]]:
        """Milestone and state of each check box; what is no mark is listed with its place."""
        for cell in row.cells:
            if cell.mark.wrong:
                what = f"{row.person.name or row.person.email}, {cell.module}"
                self._ledger.plan.add(
                    Verdict.UNREADABLE, what, cell.place, cell.mark.wrong, table=n, row=row.row
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
            f"{self._ledger.titled[milestone_id]}: {words}"
            for milestone_id, state in best.items()
            for words in self._progress.move_on(ref, milestone_id, state)
        ]

    def _take_mentors(self, tracker: Tracker, name: str) -> None:
        for student in tracker.students:
            for mentor in student.mentors:
                if mentor.wrong:
                    self._ledger.plan.notes.append(f"{student.place}: mentor left out. {mentor.wrong}")
                    continue
                found = self._ledger.mentors.find(mentor, student.place)
                if found is not None and (group_key(name), found.email) not in self._ledger.assigned:
                    self._take_mentor(found, student.place, name)

    def _take_mentor(self, found: Mentor, place: str, name: str) -> None:
        ledger = self._ledger
        ledger.assigned.add((group_key(name), found.email))
        if (group_key(name), found.email) in ledger.mentoring:
            return
        refusal = ledger.why_not_mentor(found.email, name)
        if refusal:
            ledger.plan.notes.append(f"{place}: mentor left out. {refusal}")
            return
        account = ledger.account(found.email)
        if account is None:
            new = NewAccount(found.email, found.name or found.email)
            ledger.people.accounts.setdefault(found.email, new)
        ledger.people.mentors.append((name, found.email))
        ledger.mentoring.add((group_key(name), found.email))
        shown = account.name if account else found.name or found.email
        ledger.plan.add(Verdict.NEW, f"{shown} <{found.email}>", place, f"mentors {name}")
