"""Compares a list of people with the cohort: who is new, changed, moved, unchanged or missing."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from courses.models import Cohort
from groups.models import Enrolment, Group, Membership
from people.actions.invitations import has_signed_in
from people.models import User
from sheets.matching.changes import CohortChanges
from sheets.matching.cohort_snapshot import shown
from sheets.matching.ledger import SKIPPED, Ledger, RowRefused
from sheets.matching.mentors import MentorMatch
from sheets.matching.plan import LEAVE_OUT, Clarification, ClarificationChoice, ImportPlan, Verdict
from sheets.understanding.roster import RosterEntry, RosterTable, group_key


def plan_roster(
    *,
    cohort: Cohort,
    tables: Mapping[int, RosterTable],
    starts_on: date,
    by: User,
    at: datetime,
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
    ledger = Ledger(
        cohort,
        mentions,
        groups=(entry.group for _, entry in entries),
        starts_on=starts_on,
        by=by,
        at=at,
        answers=answers,
    )
    ledger.plan.notes += ledger.names.notes()
    roster = _RosterPlanner(ledger, {entry.person.email for _, entry in entries if entry.person.email})
    for n, table in tables.items():
        ledger.refuse_unread(n, table.unread)
    for n, entry in entries:
        roster.match(n, replace(entry, group=ledger.names.canonical(entry.group)))
    roster.finish()
    return ledger.plan


class _RosterPlanner:
    """Plans one entry at a time, and keeps what earlier entries have used up."""

    def __init__(self, ledger: Ledger, in_file: set[str]) -> None:
        self.ledger = ledger
        self.now, self.plan, self.changes = ledger.now, ledger.plan, ledger.changes
        # Addresses of students in the file.
        self.in_file = in_file
        # Address to its first location.
        self.seen: dict[str, str] = {}
        # New groups with their first location.
        self.new_groups: dict[str, str] = {}
        # Mentors by key of the group and address, with their first location. They follow once it is known who studies.
        self.mentors: dict[str, dict[str, tuple[MentorMatch, str]]] = defaultdict(dict)

    def match(self, table: int, entry: RosterEntry) -> None:
        try:
            student, email = self._who(entry)
            if email in self.seen:
                raise RowRefused(f"The same person is in {self.seen[email]}.")
            person = student.person if student else self.now.accounts.get(email)
            group = self.ledger.find_group(entry.group, may_be_new=True) if entry.group else None
            stay = self.now.stay(student) if student else None
            self._check(person, entry, group, stay)
        except RowRefused as refusal:
            self.ledger.refuse(table, entry.row, entry.location, str(entry.person), refusal)
            return
        self.seen[email] = entry.location
        verdict, details = self._account(entry, person, email)
        if student is None:
            verdict, enrolment = Verdict.NEW, self._enrol(entry, email)
            ended = self.now.ended_on(email)
            was = f"was in the cohort until {ended:%-d %B %Y} and joins again"
            details = [was if ended > date.min else "joins the cohort", *details]
        else:
            enrolment = student
        if entry.group and (stay is None or stay.group is not group):
            details.append(self._move(entry, enrolment, group, stay))
            verdict = Verdict.MOVED if student else verdict
        details += entry.notes
        if entry.level and (student is None or student.level != entry.level):
            details.append(f"level: {entry.level}")
            if student is not None:
                self.changes.enrolment_edits.append((student, {"level": entry.level}))
                verdict = Verdict.CHANGED if verdict is Verdict.UNCHANGED else verdict
        self._note_mentors(entry)
        is_known = person is not None and self.now.is_tied(person)
        name = entry.person.name or (str(person) if is_known else "")
        what = f"{name} <{email}>".strip()
        self.plan.add(verdict, what, entry.location, "; ".join(filter(None, details)))

    def _check(
        self, person: User | None, entry: RosterEntry, group: Group | None, stay: Membership | None
    ) -> None:
        if person is not None and not person.is_active:
            raise RowRefused(f"{person} can no longer sign in; ask an operator.")
        if group is None or (stay is not None and stay.group is group):
            return
        in_groups = self.ledger.in_groups
        refusal = in_groups.study_refusal(person, group) if person else in_groups.room_refusal(group)
        if refusal:
            raise RowRefused(refusal)

    def _who(self, entry: RosterEntry) -> tuple[Enrolment | None, str]:
        """The student who is meant and their address."""
        person = entry.person
        student = self.now.students.get(person.email)
        if student is not None:
            return student, person.email
        same_name = self.now.students_named(person.name)
        if not person.email:
            if len(same_name) == 1:
                return same_name[0], same_name[0].person.email
            if same_name:
                raise RowRefused(
                    f"{len(same_name)} people in the cohort have this name. Add the e-mail address."
                )
            raise RowRefused("There is no e-mail address, and no one in the cohort has this name.")
        named = [student for student in same_name if student.person.email not in self.in_file]
        if len(named) != 1 or person.email in self.now.accounts:
            return None, person.email
        return self._ask_whether_same(entry, named[0])

    def _ask_whether_same(self, entry: RosterEntry, student: Enrolment) -> tuple[Enrolment | None, str]:
        """A known name with a new address: ask whether it is the same person."""
        key = f"same:{entry.person.email}"
        known = student.person.email
        self.plan.clarifications.append(
            Clarification(
                key=key,
                text=(
                    f"{entry.person.name} is in the cohort as {known}, and in the file as {entry.person.email}. Is it"
                    " the same person?"
                ),
                locations=(entry.location,),
                choices=(
                    ClarificationChoice("same", f"Same person: keep {known}"),
                    ClarificationChoice("other", "A different person with the same name"),
                    ClarificationChoice(LEAVE_OUT, "Skip this row"),
                ),
            )
        )
        answer = self.ledger.answers.get(key, "")
        if answer == LEAVE_OUT:
            raise RowRefused(SKIPPED)
        return (student, known) if answer == "same" else (None, entry.person.email)

    def _account(self, entry: RosterEntry, person: User | None, email: str) -> tuple[Verdict, list[str]]:
        """Create the account, or update it unless its owner has signed in.

        The account of a person who has nothing to do with the course stays as it is.
        """
        if person is None:
            self.ledger.person(email, entry.person.name, entry.time_zone)
            return Verdict.NEW, []
        if email != entry.person.email and entry.person.email:
            return Verdict.UNCHANGED, [f"stays {email}"]
        if not self.now.is_tied(person):
            return Verdict.UNCHANGED, ["already has an account, which is not changed"]
        values = {"name": entry.person.name, "time_zone": entry.time_zone}
        before = {name: getattr(person, name) for name in values}
        differing = {name: value for name, value in values.items() if value and value != before[name]}
        if not differing:
            return Verdict.UNCHANGED, []
        if has_signed_in(person):
            return Verdict.UNCHANGED, [f"keeps what they set themselves: {person}"]
        self.changes.people_edits.append((person, differing))
        return Verdict.CHANGED, [
            f"{name.replace('_', ' ')} from {before[name] or 'nothing'} to {value}"
            for name, value in differing.items()
        ]

    def _enrol(self, entry: RosterEntry, email: str) -> Enrolment:
        enrolment = Enrolment(
            cohort=self.ledger.cohort,
            person=self.ledger.person(email),
            started_on=max(self.ledger.starts_on, self.now.ended_on(email)),
            level=entry.level,
        )
        self.changes.enrolments.append(enrolment)
        return enrolment

    def _move(
        self, entry: RosterEntry, enrolment: Enrolment, group: Group | None, stay: Membership | None
    ) -> str:
        """Plan the stay in another group, which may be new."""
        if group is None:
            group = self.ledger.new_group(entry.group)
            self.new_groups[group.name] = entry.location
        if stay is not None:
            on = max(self.ledger.today, stay.started_on)
            self.ledger.in_groups.leave(enrolment.person, stay.group)
        else:
            on = max(self.ledger.starts_on, enrolment.started_on)
            on = max(on, self.now.free_from(enrolment)) if enrolment.pk else on
        self.changes.stays.append(Membership(enrolment=enrolment, group=group, started_on=on))
        self.ledger.in_groups.study(enrolment.person, group)
        return f"from {stay.group} to {group}" if stay else f"into {group}"

    def _note_mentors(self, entry: RosterEntry) -> None:
        for mentor in entry.mentors:
            if not entry.group:
                self.plan.notes.append(f"{entry.location}: the mentor {mentor} has no group and is left out.")
                continue
            match = self.ledger.mentors.find(mentor, entry.location)
            if match is not None:
                self.mentors[group_key(entry.group)].setdefault(match.email, (match, entry.location))

    def finish(self) -> None:
        for name, location in self.new_groups.items():
            self.plan.add(Verdict.NEW, f"Group {name}", location, "its plan starts as a copy of the calendar")
        for key, matches in self.mentors.items():
            if group := self.ledger.find_group(key, may_be_new=True):
                for match, location in matches.values():
                    self._assign(group, match, location)
        self.plan.clarifications += self.ledger.mentors.clarifications
        if not self.seen:
            return
        for email, student in self.now.students.items():
            if email not in self.seen:
                stay = self.now.stay(student)
                where = stay.group if stay else "no group"
                reason = f"in the cohort ({where}) but not in the file; kept"
                self.plan.add(Verdict.MISSING, shown(student.person), "", reason)
        for mentorship in self.now.mentorships:
            there = self.mentors.get(group_key(mentorship.group.name))
            if there and mentorship.ended_on is None and mentorship.person.email not in there:
                reason = f"mentors {mentorship.group} but not in the file; kept"
                self.plan.add(Verdict.MISSING, shown(mentorship.person), "", reason)

    def _assign(self, group: Group, match: MentorMatch, location: str) -> None:
        if match.email in self.ledger.in_groups.mentors(group):
            return
        known = self.ledger.known(match.email)
        if known is not None and (refusal := self.ledger.mentor_refusal(known, group)):
            self.plan.notes.append(f"{location}: mentor left out. {refusal}")
            return
        person = self.ledger.person(match.email, match.name)
        self.ledger.assign(person, group)
        self.plan.add(Verdict.NEW, shown(person), location, f"mentors {group}")
