"""Compares trackers of sheets with a cohort: members, mentors, progress."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

from groups.models import Enrolment, Group
from sheets.matching.ledger import WAITING, Ledger, RowRefused, is_nameless, said_lines
from sheets.matching.plan import SKIPPED, Verdict
from sheets.matching.progress_snapshot import ProgressSnapshot, order_of
from sheets.matching.students import MentionContext, StudentMatch
from sheets.understanding.roster import group_key
from sheets.understanding.tracker import TrackedStudent, Tracker, TrackerCell
from tracker.models import Progress

# A row of a tracker and the student in it.
type TrackerRow = tuple[TrackedStudent, StudentMatch]


class TrackerMatcher:
    """A sheet knows only "done", and not since when, so progress moves forward by itself only.

    Nobody is moved out of their group in Trefoil unless somebody ticks it.
    """

    def __init__(self, ledger: Ledger, progress: ProgressSnapshot) -> None:
        self._ledger = ledger
        self._progress = progress
        self._has_progress = False

    def peek(self, tracker: Tracker, called: str) -> list[Enrolment]:
        """The students who are known already; `called` is the group, or the tab if it names no group."""
        matches = [
            self._ledger.students.peek(student.person, MentionContext(called)) for student in tracker.students
        ]
        return [match.student for match in matches if match.student]

    def find(self, tracker: Tracker, called: str, group: Group) -> list[TrackerRow]:
        """Find the people of the rows. Rows with one name may be several people, unless each is of a milestone."""
        times = Counter(student.person.folded_name for student in tracker.students)
        rows = []
        for student in tracker.students:
            is_twice = times[student.person.folded_name] > 1 and not tracker.has_titles_in_cells
            row = student.location if is_twice else ""
            where = MentionContext(called, group, row)
            rows.append((student, self._ledger.students.find(student.person, student.location, where=where)))
        return rows

    def match(
        self,
        tracker: Tracker,
        rows_found: list[TrackerRow],
        group: Group,
        members: dict[str, StudentMatch],
        *,
        has_progress: bool,
    ) -> None:
        """Plan a tracker; adds its students to `members`, by folded name.

        Args:
            has_progress: whether the workbook has all progress in a tab of its own, beside which a box that is not
                ticked says nothing.
        """
        self._has_progress = has_progress
        ledger, plan, table = self._ledger, self._ledger.plan, tracker.understood.table
        ledger.refuse_unread(tracker.unread)
        if tracker.prepared:
            what = "row" if tracker.prepared == 1 else "rows"
            plan.notes.append(
                f"{table.name}: {tracker.prepared} {what} without a person (percentages, totals, unused rows) left out."
            )
        rows: dict[str, list[TrackedStudent]] = {}
        matches: dict[str, StudentMatch] = {}
        for student, match in rows_found:
            if not match.email:
                why = WAITING if match.is_open else SKIPPED
                ledger.refuse(student.location, str(student.person), why)
                continue
            rows.setdefault(match.email, []).append(student)
            matches[match.email] = match
            name_of = student.person.folded_name
            same = members.get(name_of, match).email == match.email
            # A name that two members share does not tell who asked a question.
            members[name_of] = match if same else StudentMatch()
        for email, lines in rows.items():
            self._match_student(matches[email], lines, group)
        self._match_mentors(tracker, group)

    def _match_student(self, match: StudentMatch, rows: list[TrackedStudent], group: Group) -> None:
        ledger, student = self._ledger, match.student
        details: list[str] = []
        verdict = Verdict.UNCHANGED
        starts_on: date | None = None
        stay = ledger.now.stay(student) if student else None
        if stay is None and match.email not in ledger.in_files:
            person = ledger.known(match.email)
            if person and (refusal := ledger.study_refusal(person, group)):
                for row in rows:
                    ledger.refuse(row.location, str(row.person), refusal)
                return
            full = ledger.in_groups.room_refusal(group)
            starts_on = self._join(match, None if full else group)
            verdict = Verdict.NO_GROUP if full else Verdict.MOVED if student else Verdict.NEW
            details += [] if student else ["joins the cohort"]
            details += ["without a group", full] if full else [f"into {group}"]
        what, location = f"{match.name} <{match.email}>", ", ".join(row.location for row in rows)
        for row in rows:
            person = ledger.person(match.email, row.person.name or match.name)
            if student and person.pk and is_nameless(person):
                details += said_lines(ledger.edit(person, {"name": row.person.name}, what, location))
        ledger.in_files.add(match.email)
        details += ledger.stands_in(match.email, group)
        if student and ledger.moves(student, group.name, group, what, location):
            ledger.join(student, group)
        if len(rows) > 1 and any(cell.milestone_id for row in rows for cell in row.cells):
            details.append(f"is in {len(rows)} rows: what is done in any of them counts")
        enrolment = ledger.now.on_day(match.email, None)
        changed = self._new_marks(enrolment, rows, match.name) if enrolment else []
        if changed and verdict is Verdict.UNCHANGED:
            verdict = Verdict.CHANGED
        reason = "; ".join([*details, *changed])
        ledger.plan.add(verdict, what, location, reason, email=match.email, starts_on=starts_on)

    def _join(self, match: StudentMatch, group: Group | None) -> date:
        """Enrol the student, if need be, and plan the stay in the group; return from when."""
        ledger, enrolment = self._ledger, match.student
        if enrolment is None:
            enrolment = ledger.now.add(ledger.enrol(match.email, match.name, group))
        return ledger.join(enrolment, group).started_on if group else enrolment.started_on

    def _new_marks(self, enrolment: Enrolment, rows: list[TrackedStudent], name: str) -> list[str]:
        """Plan what the cells of a student say; list those that cannot be read.

        Of several rows the furthest mark of a milestone counts, but of a log the latest, and its hours are summed.
        """
        best: dict[int, TrackerCell] = {}
        hours: dict[int, TrackerCell] = {}
        for row in rows:
            marks: dict[int, list[TrackerCell]] = defaultdict(list)
            for cell in row.cells:
                try:
                    if cell.mark.wrong:
                        raise RowRefused(cell.mark.wrong)
                    pk = cell.milestone_id or self._ledger.milestone(cell.module, cell.location).pk
                except RowRefused as refusal:
                    what = f"{row.person.name or row.person.email}, {cell.module}"
                    self._ledger.refuse(cell.location, what, refusal)
                    continue
                if cell.hours is None:
                    marks[pk].append(cell)
                elif cell.is_logged and pk in hours:
                    hours[pk] = replace(hours[pk], hours=cell.hours + (hours[pk].hours or 0))
                else:
                    hours.setdefault(pk, cell)
            for pk, cells in marks.items():
                cell = _mark_of_row(cells)
                if pk not in best or _outdoes(cell, best[pk]):
                    best[pk] = cell
        changed = []
        for pk, title in self._ledger.titled.items():
            labels, what = [], f"{name}, {title}"
            if pk in best and not (
                self._has_progress and best[pk].mark.is_open_box and not self._progress.has(enrolment, pk)
            ):
                mark, location = best[pk].mark, best[pk].location
                since = self._ledger.noon(mark.day) if mark.state == Progress.State.DONE else None
                labels += self._progress.move_on(
                    enrolment,
                    pk,
                    mark.state,
                    since,
                    what=what,
                    location=location,
                    is_open_box=mark.is_open_box,
                )
            if spent := hours[pk].hours if pk in hours else None:
                location = hours[pk].location
                labels += self._progress.note_hours(enrolment, pk, spent, what=what, location=location)
            changed += [f"{title}: {', '.join(labels)}"] if labels else []
        return changed

    def _match_mentors(self, tracker: Tracker, group: Group) -> None:
        for student in tracker.students:
            for mentor in student.mentors:
                if mentor.wrong:
                    self._ledger.plan.notes.append(f"{student.location}: mentor left out. {mentor.wrong}")
                    continue
                match = self._ledger.mentors.find(mentor, student.location)
                if match is not None:
                    self._ledger.name_mentor(group, match, student.location)
                    self._ledger.with_sheet.add(group_key(group.name))


def _mark_of_row(cells: list[TrackerCell]) -> TrackerCell:
    """The furthest mark of a row at a milestone, with the day beside it, which makes nothing done by itself."""
    days = [cell for cell in cells if cell.is_day]
    marks = [cell for cell in cells if not cell.is_day] or days
    best = max(marks, key=lambda cell: (order_of(cell.mark.state), cell.mark.day is not None))
    return replace(
        best, mark=replace(best.mark, day=best.mark.day or next((cell.mark.day for cell in days), None))
    )


def _outdoes(cell: TrackerCell, known: TrackerCell) -> bool:
    """Whether a later row counts: in a log if its day is not an earlier one, else if its mark is further."""
    if cell.is_logged:
        return not (cell.mark.day and known.mark.day and cell.mark.day < known.mark.day)
    order, of_known = order_of(cell.mark.state), order_of(known.mark.state)
    return order > of_known or (order == of_known and not known.mark.day)
