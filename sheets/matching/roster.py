"""Compares a list of people with the cohort: who is new, changed, moved, unchanged or missing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from courses.models import Cohort
from sheets.matching.changes import CohortChanges, NewAccount
from sheets.matching.cohort_snapshot import Account, CohortSnapshot, Student, addresses, cohort_snapshot
from sheets.matching.group_names import GroupNames
from sheets.matching.mentors import MentorFinder, MentorMatch
from sheets.matching.plan import (
    LEAVE_OUT,
    Clarification,
    ClarificationChoice,
    ImportPlan,
    Verdict,
)
from sheets.understanding.people import Mention
from sheets.understanding.roster import RosterEntry, RosterTable, group_key


def plan_roster(
    *,
    cohort: Cohort,
    tables: Mapping[int, RosterTable],
    starts_on: date,
    today: date,
    answers: dict[str, str],
) -> ImportPlan[CohortChanges]:
    """Work out what a list of people changes.

    Args:
        tables: by index among the tables of the files.
        starts_on: the day new people start.
        answers: answers to clarifications, by key.
    """
    entries = [(n, entry) for n, table in tables.items() for entry in table.entries]
    mentions = [mention for _, entry in entries for mention in (entry.person, *entry.mentors)]
    now = cohort_snapshot(cohort, addresses(mentions, answers))
    names = GroupNames((group.name for group in now.groups.values()), (entry.group for _, entry in entries))
    entries = [(n, replace(entry, group=names.canonical(entry.group))) for n, entry in entries]
    roster = _RosterPlanner(now, mentions, starts_on=starts_on, today=today, answers=answers)
    roster.plan.notes += names.notes()
    for n, table in tables.items():
        for unread in table.unread:
            roster.plan.add(
                Verdict.UNREADABLE, unread.what, unread.location, unread.reason, table=n, row=unread.row
            )
    for n, entry in entries:
        roster.match(n, entry)
    roster.finish()
    return roster.plan


class _RosterPlanner:
    """Plans one entry at a time, and keeps what earlier entries have used up."""

    def __init__(
        self,
        now: CohortSnapshot,
        mentions: Sequence[Mention],
        *,
        starts_on: date,
        today: date,
        answers: dict[str, str],
    ) -> None:
        self.now = now
        self.starts_on = starts_on
        self.today = today
        self.answers = answers
        self.plan = ImportPlan(CohortChanges())
        self.finder = MentorFinder(now, mentions, answers)
        self.in_file = {mention.email for mention in mentions if mention.email}
        # Address to its first location.
        self.seen: dict[str, str] = {}
        self.sizes = Counter({group_key(group.name): group.size for group in now.groups.values()})
        # Key to name and first location.
        self.new_groups: dict[str, tuple[str, str]] = {}
        self.new_mentors: dict[tuple[str, str], str] = {}
        self.mentors_in_file: dict[str, set[str]] = {}

    def match(self, table: int, entry: RosterEntry) -> None:
        student, email, refusal = self._who(entry)
        account = student.account if student else self.now.accounts.get(email)
        if not refusal and email in self.seen:
            refusal = f"The same person is in {self.seen[email]}."
        tied_account = account if account is not None and self.now.is_tied(account) else None
        if not refusal and account is not None and not account.is_active:
            who = tied_account.name if tied_account else entry.person.name or email
            refusal = f"{who} can no longer sign in; ask an operator."
        if not refusal:
            refusal = self._group_refusal(entry, student)
        if refusal:
            self.plan.add(
                Verdict.UNREADABLE, str(entry.person), entry.location, refusal, table=table, row=entry.row
            )
            return
        self.seen[email] = entry.location
        verdict, details = self._account(entry, account, email)
        if student is None:
            verdict, details = Verdict.NEW, [self._enrol(account, email), *details]
        moved, move_details = self._move(entry, student, email)
        if moved and student is not None:
            verdict = Verdict.MOVED
        self._mentors(entry)
        details += [*move_details, *entry.notes]
        if entry.level and self._level(entry, student, email):
            details.append(f"level: {entry.level}")
            verdict = Verdict.CHANGED if verdict is Verdict.UNCHANGED else verdict
        shown = f"{entry.person.name or (tied_account.name if tied_account else '')} <{email}>".strip()
        self.plan.add(verdict, shown, entry.location, "; ".join(filter(None, details)))

    def _who(self, entry: RosterEntry) -> tuple[Student | None, str, str]:
        """The student who is meant, their address, and why the entry cannot be imported."""
        person = entry.person
        student = self.now.student_of(person.email) if person.email else None
        if student is not None:
            return student, person.email, ""
        named = [
            student
            for student in self.now.students_named(person.name)
            if student.account.email not in self.in_file
        ]
        if not person.email:
            every = self.now.students_named(person.name)
            if len(every) == 1:
                return every[0], every[0].account.email, ""
            if every:
                return None, "", f"{len(every)} people in the cohort have this name. Add the e-mail address."
            return None, "", "There is no e-mail address, and no one in the cohort has this name."
        if len(named) != 1 or person.email in self.now.accounts:
            return None, person.email, ""
        return self._ask_whether_same(entry, named[0])

    def _ask_whether_same(self, entry: RosterEntry, student: Student) -> tuple[Student | None, str, str]:
        """A known name with a new address: ask whether it is the same person."""
        key = f"same:{entry.person.email}"
        self.plan.clarifications.append(
            Clarification(
                key=key,
                text=(
                    f"{entry.person.name} is in the cohort as {student.account.email}, and in the file as"
                    f" {entry.person.email}. Is it the same person?"
                ),
                locations=(entry.location,),
                choices=(
                    ClarificationChoice("same", f"Same person: keep {student.account.email}"),
                    ClarificationChoice("other", "A different person with the same name"),
                    ClarificationChoice(LEAVE_OUT, "Skip this row"),
                ),
            )
        )
        answer = self.answers.get(key, "")
        if answer == "same":
            return student, student.account.email, ""
        if answer == LEAVE_OUT:
            return None, entry.person.email, "Skipped, as you chose."
        return None, entry.person.email, ""

    def _group_refusal(self, entry: RosterEntry, student: Student | None) -> str:
        key = group_key(entry.group) if entry.group else ""
        if not key:
            return ""
        group = self.now.by_group_key.get(key)
        if student is not None and group is not None and student.group_id == group.id:
            return ""
        account = student.account if student else self.now.accounts.get(entry.person.email)
        if group is not None and account is not None and account.id in group.mentors:
            return f"{account.name} mentors {group.name} and cannot study in it."
        most = self.now.cohort.course.group_size + 1
        if self.sizes[key] >= most:
            return (
                f"{entry.group} has {self.sizes[key]} students already, one above the group size of {most - 1}."
                " Move somebody out first, or make another group."
            )
        return ""

    def _account(self, entry: RosterEntry, account: Account | None, email: str) -> tuple[Verdict, list[str]]:
        """Create the account, or update it unless its owner has signed in.

        The account of a person who has nothing to do with the course stays as it is, and its name is not shown.
        """
        name, zone = entry.person.name, entry.time_zone
        if account is None:
            self.plan.changes.accounts[email] = NewAccount(email, name or email, zone)
            return Verdict.NEW, []
        if email != entry.person.email and entry.person.email:
            return Verdict.UNCHANGED, [f"stays {email}"]
        if not self.now.is_tied(account):
            return Verdict.UNCHANGED, ["already has an account, which is not changed"]
        values = {"name": name, "time_zone": zone}
        differing = {
            field: value for field, value in values.items() if value and value != getattr(account, field)
        }
        if not differing:
            return Verdict.UNCHANGED, []
        if account.is_in_their_hands:
            return Verdict.UNCHANGED, [f"keeps what they set themselves: {account.name}"]
        self.plan.changes.edits[account.id] = differing
        return Verdict.CHANGED, [
            f"{field.replace('_', ' ')} from {getattr(account, field) or 'nothing'} to {value}"
            for field, value in differing.items()
        ]

    def _level(self, entry: RosterEntry, student: Student | None, email: str) -> bool:
        """Plan the new level; return whether it differs."""
        if student is not None and student.level == entry.level:
            return False
        self.plan.changes.levels[email] = entry.level
        return True

    def _enrol(self, account: Account | None, email: str) -> str:
        self.plan.changes.enrolled.append(email)
        ended = self.now.ended_on.get(account.id) if account else None
        return f"was in the cohort until {ended:%-d %B %Y} and joins again" if ended else "joins the cohort"

    def _move(self, entry: RosterEntry, student: Student | None, email: str) -> tuple[bool, list[str]]:
        key = group_key(entry.group) if entry.group else ""
        group = self.now.by_group_key.get(key)
        if not key or (student is not None and group is not None and student.group_id == group.id):
            return False, []
        if group is None and key not in self.new_groups:
            self.new_groups[key] = (entry.group, entry.location)
            self.plan.changes.groups.append(entry.group)
        name = group.name if group else self.new_groups[key][0]
        self.plan.changes.moves.append((email, name, self._from_when(student, email)))
        self.sizes[key] += 1
        if student is None or student.group_id is None:
            return True, [f"into {name}"]
        old = self.now.groups[student.group_id]
        self.sizes[group_key(old.name)] -= 1
        return True, [f"from {old.name} to {name}"]

    def _from_when(self, student: Student | None, email: str) -> date:
        if student is None:
            account = self.now.accounts.get(email)
            return max(self.starts_on, self.now.ended_on.get(account.id, date.min) if account else date.min)
        if student.group_id is None:
            return max(self.starts_on, student.started_on, student.free_from or date.min)
        return max(self.today, student.started_on, student.stay_started_on or date.min)

    def _mentors(self, entry: RosterEntry) -> None:
        for mentor in entry.mentors:
            if not entry.group:
                self.plan.notes.append(f"{entry.location}: the mentor {mentor} has no group and is left out.")
                continue
            match = self.finder.find(mentor, entry.location)
            if match is None:
                continue
            key = group_key(entry.group)
            self.mentors_in_file.setdefault(key, set()).add(match.email)
            if (key, match.email) not in self.new_mentors:
                self._assign(entry, key, match)

    def _assign(self, entry: RosterEntry, key: str, match: MentorMatch) -> None:
        self.new_mentors[key, match.email] = entry.location
        account = self.now.accounts.get(match.email)
        group = self.now.by_group_key.get(key)
        if account is not None and group is not None and account.id in group.mentors:
            return
        if account is not None and not account.is_active:
            self.plan.notes.append(
                f"{entry.location}: {account.name} can no longer sign in and is skipped as a mentor."
            )
            return
        name = group.name if group else self.new_groups[key][0]
        if account is None and match.email not in self.plan.changes.accounts:
            self.plan.changes.accounts[match.email] = NewAccount(match.email, match.name or match.email)
        self.plan.changes.mentors.append((name, match.email))

    def finish(self) -> None:
        changes, add = self.plan.changes, self.plan.add
        for name, location in self.new_groups.values():
            add(Verdict.NEW, f"Group {name}", location, "its plan starts as a copy of the calendar")
        self._check_mentors()
        for name, email in changes.mentors:
            account = self.now.accounts.get(email)
            shown = account.name if account else changes.accounts[email].name
            add(
                Verdict.NEW, f"{shown} <{email}>", self.new_mentors[group_key(name), email], f"mentors {name}"
            )
        self.plan.clarifications += self.finder.clarifications
        if not self.seen:
            return
        for student in self.now.students.values():
            if student.account.email not in self.seen:
                where = self.now.groups[student.group_id].name if student.group_id else "no group"
                add(
                    Verdict.MISSING,
                    str(student.account),
                    "",
                    f"in the cohort ({where}) but not in the file; kept",
                )
        for key, emails in self.mentors_in_file.items():
            group = self.now.by_group_key.get(key)
            for pk in group.mentors if group else ():
                mentor = self.now.mentors[pk]
                if group and mentor.email not in emails:
                    add(Verdict.MISSING, str(mentor), "", f"mentors {group.name} but not in the file; kept")

    def _check_mentors(self) -> None:
        studying = {(group_key(name), email) for email, name, _ in self.plan.changes.moves}
        moved = {email for email, _, _ in self.plan.changes.moves}
        for student in self.now.students.values():
            if student.group_id is not None and student.account.email not in moved:
                studying.add((group_key(self.now.groups[student.group_id].name), student.account.email))
        kept = []
        for name, email in self.plan.changes.mentors:
            if (group_key(name), email) in studying:
                self.plan.notes.append(
                    f"{email} studies in {name} and cannot mentor it: skipped as a mentor."
                )
            else:
                kept.append((name, email))
        self.plan.changes.mentors = kept
        needed = {*self.plan.changes.enrolled, *(email for _, email in kept)}
        self.plan.changes.accounts = {
            email: account for email, account in self.plan.changes.accounts.items() if email in needed
        }
