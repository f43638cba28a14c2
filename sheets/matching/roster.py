"""Compares a list of people with the cohort: who is new, changed, moved, unchanged or missing."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from groups.models import Enrolment, Group, Membership
from lib.days import full_day
from lib.mentions import Mention, read_people
from lib.text import folded
from people.actions.invitations import has_signed_in
from people.models import User
from sheets.matching.cohort_snapshot import shown
from sheets.matching.ledger import (
    WAITING,
    DuplicateRow,
    Ledger,
    RowRefused,
    is_nameless,
    said_lines,
    sign_in_refusal,
)
from sheets.matching.plan import LEAVE_OUT, SKIPPED, Clarification, Verdict
from sheets.understanding.labels import in_words
from sheets.understanding.roster import RosterEntry, RosterTable

# Instead of a group, while nobody said what an empty cell means.
_WAITING = "\0"


def plan_roster(ledger: Ledger, tables: Collection[RosterTable]) -> None:
    """Work out what lists of people change."""
    entries = [entry for table in tables for entry in _with_groups(ledger, table)]
    roster = _RosterPlanner(ledger, entries)
    for table in tables:
        ledger.refuse_unread(table.unread)
        roster.refused |= {unread.email for unread in table.unread if unread.email}
    roster.match([replace(entry, group=ledger.names.canonical(entry.group)) for entry in entries])
    roster.finish()


@dataclass(slots=True)
class _RosterRow:
    """An entry with the person it means: their open enrolment, if any, and the group that they leave and join."""

    entry: RosterEntry
    student: Enrolment | None
    email: str
    person: User | None
    stay: Membership | None
    group: Group | None = None
    refusal: str = ""

    @property
    def is_moving(self) -> bool:
        return self.group is not None and (self.stay is None or self.stay.group is not self.group)


class _RosterPlanner:
    """Finds who all entries mean, decides who finds room in which group, and plans one entry after the other."""

    def __init__(self, ledger: Ledger, entries: Sequence[RosterEntry]) -> None:
        self.ledger = ledger
        self.now, self.plan, self.changes = ledger.now, ledger.plan, ledger.changes
        # Addresses of students in the file, and where it has a name with an address.
        self.in_file = {entry.person.email for entry in entries if entry.person.email}
        self.named: dict[str, list[RosterEntry]] = defaultdict(list)
        names: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            if entry.person.email:
                self.named[entry.person.folded_name].append(entry)
                names[entry.person.email].add(entry.person.folded_name)
        # Addresses beside the names of several people, such as that of a secretary.
        self.shared = {email for email in names if _are_several(names[email])}
        # Address to its first location.
        self.seen: dict[str, str] = {}
        # Addresses of rows that are not imported. They are in the file all the same.
        self.refused: set[str] = set()
        # New groups with their first location.
        self.new_groups: dict[str, str] = {}
        # Mentors with their rows. They follow once it is known which groups there are.
        self.mentors: list[tuple[Mention, RosterEntry]] = []

    def match(self, entries: Sequence[RosterEntry]) -> None:
        found = [(entry, self._find(entry)) for entry in self._present(entries)]
        joining = [row for _, row in found if isinstance(row, _RosterRow) and row.is_moving]
        moves = [
            (row.person or self.ledger.person(row.email), row.stay.group if row.stay else None, row.group)
            for row in joining
            if row.group is not None
        ]
        for at, refusal in self.ledger.in_groups.full_refusals(moves).items():
            joining[at].refusal = refusal
        for entry, row in found:
            self._note_mentors(entry)
            if isinstance(row, _RosterRow):
                self._plan(row)
            else:
                self.refused.add(entry.person.email)
                self.ledger.refuse(entry.location, str(entry.person), row)

    def _present(self, entries: Sequence[RosterEntry]) -> Iterator[RosterEntry]:
        """The rows of who studies today; those of mentors are kept for later, and the past is listed."""
        today = self.ledger.today
        here = {entry.person.email for entry in entries if not entry.mentors_as and not _ended(entry, today)}
        for entry in entries:
            ended = _ended(entry, today)
            if ended and (entry.left_on or entry.mentors_as or entry.person.email in here):
                self.refused.add(entry.person.email)
                what = f"ended on {full_day(ended)}; a list of people changes nothing about the past"
                self.plan.add(Verdict.UNCHANGED, str(entry.person), entry.location, what)
            elif entry.mentors_as:
                self._note_mentor(entry)
            elif ended:
                # They left their group, but not the cohort.
                here.add(entry.person.email)
                yield replace(entry, group="")
            else:
                yield entry

    def _note_mentor(self, entry: RosterEntry) -> None:
        """Keep the row of a mentor until it is known who studies."""
        match = self.ledger.mentors.find(entry.person, entry.location) if entry.group else None
        if match is None:
            answer = self.ledger.answers.get(f"mentor:{entry.person.folded_name}", "")
            why = SKIPPED if answer else WAITING
            why = why if entry.group else "A mentor needs a group."
            self.ledger.refuse(entry.location, str(entry.person), why)
            return
        self.mentors.append((match, entry))

    def _find(self, entry: RosterEntry) -> _RosterRow | RowRefused:
        """Find the person, or say why the row is not imported."""
        ledger = self.ledger
        try:
            self._ask_whether_one(entry)
            student, email = self._who(entry)
            if entry.group == _WAITING:
                raise RowRefused("Waiting for your answer: which group is it?")
            if entry.person.email in self.shared:
                raise RowRefused("Several names have this address. Give each person an address of their own.")
            if email in self.seen:
                raise DuplicateRow(f"The same person is in {self.seen[email]}.")
            person = student.person if student else self.now.accounts.get(email)
            row = _RosterRow(entry, student, email, person, self.now.stay(student) if student else None)
            row.group = ledger.find_group(entry.group, may_be_new=True) if entry.group else None
            if person is not None and (refusal := sign_in_refusal(person)):
                raise RowRefused(refusal)
            if person is not None and row.group is not None and row.is_moving:
                if refusal := ledger.in_groups.mentors_it_refusal(person, row.group):
                    raise RowRefused(refusal)
        except RowRefused as refused:
            return refused
        self.seen[email] = f"{entry.location}, in {entry.group}" if entry.group else entry.location
        if person is None:
            ledger.person(email, entry.person.name, entry.time_zone)
        is_other = bool(student and row.stay and entry.group and row.stay.group is not row.group)
        if student and is_other:
            if not ledger.moves(student, entry.group, row.group, shown(student.person), entry.location):
                row.group = None
                return row
        if entry.group and row.group is None:
            row.group = ledger.new_group(entry.group)
        if row.group:
            ledger.stands_in(email, row.group)
            if row.group.pk is None and not is_other:
                self.new_groups.setdefault(row.group.name, entry.location)
        return row

    def _plan(self, row: _RosterRow) -> None:
        entry, student, email = row.entry, row.student, row.email
        verdict, details = self._account(row)
        if student is None:
            verdict, group = Verdict.NEW, None if row.refusal else row.group
            enrolment = self.now.enrol(self.ledger.enrol(email, "", group, **self._about(entry)))
            ended = self.now.ended_on(email)
            was = f"was in the cohort until {ended:%-d %B %Y} and joins again"
            details = [was if ended > date.min else "joins the cohort", *details]
        else:
            enrolment = student
        starts_on = None if student else enrolment.started_on
        if row.refusal:
            details.append(f"stays in {row.stay.group}" if row.stay else "without a group")
            details.append(row.refusal)
            verdict = Verdict.NO_GROUP
        elif row.group is not None and row.is_moving:
            stay = self.ledger.join(enrolment, row.group)
            if row.stay is None:
                starts_on = stay.started_on
                details.append(f"into {stay.group}")
                verdict = Verdict.MOVED if student else verdict
        details += entry.notes
        is_known = row.person is not None and self.now.is_tied(row.person)
        name = entry.person.name or (str(row.person) if is_known else "")
        what = f"{name} <{email}>".strip()
        if student is None:
            details += said_lines(self._about(entry))
        else:
            fresh = self.ledger.edit(student, self._about(entry), what, entry.location)
            details += said_lines(fresh)
            verdict = Verdict.CHANGED if fresh and verdict is Verdict.UNCHANGED else verdict
        reason = "; ".join(filter(None, details))
        self.plan.add(verdict, what, entry.location, reason, email=email, starts_on=starts_on)

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
            if others := self.named.get(person.folded_name):
                raise DuplicateRow(
                    f"The same name is in {others[0].location}. If it is someone else, add the e-mail address."
                )
            match = self.ledger.students.find(person, entry.location)
            if not match.email:
                raise RowRefused(WAITING if match.is_open else SKIPPED)
            return match.student, match.email
        named = [student for student in same_name if student.person.email not in self.in_file]
        if len(named) != 1 or person.email in self.now.accounts:
            return None, person.email
        return self._ask_whether_same(entry, named[0])

    def _ask_whether_same(self, entry: RosterEntry, student: Enrolment) -> tuple[Enrolment | None, str]:
        """A known name with a new address: ask whether it is the same person."""
        key, known = f"same:{entry.person.email}", student.person.email
        self.plan.clarifications.append(
            Clarification(
                key=key,
                text=(
                    f"{entry.person.name} is in the cohort as {known}, and in the file as {entry.person.email}. Is it"
                    " the same person?"
                ),
                locations=(entry.location,),
                choices=(
                    ("same", "Same person"),
                    ("other", "A different person with the same name"),
                    (LEAVE_OUT, "Skip this row"),
                ),
            )
        )
        answer = self.ledger.answers.get(key, "")
        if answer == LEAVE_OUT:
            raise RowRefused(SKIPPED)
        if answer == "same":
            return student, known
        if answer != "other":
            raise RowRefused(WAITING)
        return None, entry.person.email

    def _ask_whether_one(self, entry: RosterEntry) -> None:
        """A row is a person: ask what a cell means that reads like several."""
        key = f"one:{entry.person.folded_name}"
        if len(read_people(entry.person.name)) < 2:
            return
        choices = (
            ("one", "One person"),
            (LEAVE_OUT, "Several: skip this row, and give each a row of their own"),
        )
        text = f"Is “{entry.person.name}” one person?"
        self.plan.clarifications.append(
            Clarification(key=key, text=text, locations=(entry.location,), choices=choices)
        )
        if (answer := self.ledger.answers.get(key, "")) != "one":
            raise RowRefused(SKIPPED if answer else WAITING)

    def _about(self, entry: RosterEntry) -> Mapping[str, Any]:
        """The fields of the enrolment that the entry says."""
        asked = {name: self._asked_hours(entry, name, text) for name, text in entry.ranges.items()}
        return {**entry.about, **asked}

    def _asked_hours(self, entry: RosterEntry, name: str, text: str) -> float | None:
        """The hours that somebody said a cell such as 3-5 means; each such text is asked about once."""
        key = f"{name}:{text}"
        ends = sorted(int(end) for end in re.findall(r"\d+", text)[:2])
        choices = dict.fromkeys(f"{hours:g}" for hours in (ends[0], sum(ends) / 2, ends[1]))
        if all(asked.key != key for asked in self.plan.clarifications):
            self.plan.clarifications.append(
                Clarification(
                    key=key,
                    text=f"How many {name.replace('_', ' ')} are “{text[:40]}”?",
                    locations=(entry.location,),
                    choices=(
                        *((value, value) for value in choices),
                        (LEAVE_OUT, "Leave it out"),
                    ),
                )
            )
        answer = self.ledger.answers.get(key, "")
        return float(answer) if answer in choices else None

    def _account(self, row: _RosterRow) -> tuple[Verdict, list[str]]:
        """Update the account unless its owner has signed in.

        The account of a person who has nothing to do with the course stays as it is.
        """
        person, wanted = row.person, row.entry.person
        if person is None:
            return Verdict.NEW, []
        said = {"name": wanted.name, "time_zone": row.entry.time_zone}
        words, known = (set(folded(name).split()) for name in (wanted.name, person.name))
        if words <= known and (words < known or wanted.name.isascii() or not person.name.isascii()):
            # "Ana" is no other name than Ana Ruivo, and of two spellings the one with accents is theirs.
            del said["name"]
        if wanted.email and row.email != wanted.email:
            if not self.now.may_get_address(person, self.ledger.by):
                return Verdict.UNCHANGED, [f"stays {row.email}"]
            said["email"] = wanted.email
        if not self.now.is_tied(person):
            return Verdict.UNCHANGED, ["already has an account, which is not changed"]
        if has_signed_in(person) and is_nameless(person):
            del said["time_zone"]
        elif has_signed_in(person):
            is_other = any(value and value != getattr(person, name) for name, value in said.items())
            kept = [f"keeps what they set themselves: {person}"] if is_other else []
            return Verdict.UNCHANGED, kept
        fresh = self.ledger.edit(person, said, shown(person), row.entry.location)
        before = {name: getattr(person, name) or "nothing" for name in fresh}
        details = [
            f"{name.replace('_', ' ')} from {before[name]} to {value}" for name, value in fresh.items()
        ]
        return Verdict.CHANGED if fresh else Verdict.UNCHANGED, details

    def _note_mentors(self, entry: RosterEntry) -> None:
        for mentor in entry.mentors:
            if not entry.group:
                self.plan.notes.append(f"{entry.location}: the mentor {mentor} has no group and is left out.")
                continue
            match = self.ledger.mentors.find(mentor, entry.location)
            if match is not None:
                self.mentors.append((match, entry))

    def finish(self) -> None:
        ledger = self.ledger
        for _, entry in self.mentors:
            if entry.mentors_as and ledger.find_group(entry.group, may_be_new=True) is None:
                self.new_groups[ledger.new_group(entry.group).name] = entry.location
        for name, location in self.new_groups.items():
            self.plan.add(Verdict.NEW, in_words(name), location, "its plan starts as a copy of the calendar")
        for match, entry in self.mentors:
            if group := ledger.find_group(entry.group, may_be_new=True):
                ledger.name_mentor(group, match, entry.location, entry.mentors_as)
        for email, student in self.now.students.items() if self.seen else ():
            if email not in self.seen and email not in self.refused:
                stay = self.now.stay(student)
                where = stay.group if stay else "no group"
                reason = f"in the cohort ({where}) but not in the file; kept"
                self.plan.add(Verdict.MISSING, shown(student.person), "", reason)


def _with_groups(ledger: Ledger, table: RosterTable) -> Iterator[RosterEntry]:
    """The entries of a list; it is asked once what an empty cell below a group means.

    Lines that were pasted, and the list that Trefoil exports, say with it that there is no group.
    """
    read, above, empty = table.understood, "", []
    key = f"empty groups:{read.table.name}"
    answer = ledger.answers.get(key, "")
    is_asked = read.header_row > 0 and read.column("group") is not None and read.column("until") is None
    for entry in table.entries:
        above = entry.group or above
        if is_asked and above and not (entry.group or entry.mentors_as):
            empty.append(entry.location)
            entry = replace(entry, group={"above": above, "none": ""}.get(answer, _WAITING))
        yield entry
    if empty:
        ledger.plan.clarifications.append(
            Clarification(
                key=key,
                text=f"{read.table.name}: which group is it where the cell is empty?",
                locations=tuple(empty),
                choices=(("above", "The group above"), ("none", "No group")),
            )
        )


def _ended(entry: RosterEntry, today: date) -> date | None:
    """The day on which a stay in a group, or the cohort, ended."""
    return min((day for day in (entry.until, entry.left_on) if day and day <= today), default=None)


def _are_several(names: Collection[str]) -> bool:
    """Whether folded names are of several people; "Ana" and "Ana R." begin as "Ana Ruivo" does."""
    by_length = sorted(filter(None, names), key=lambda name: (len(name.split()), len(name)))
    shortest, *others = [name.split() for name in by_length] or [[]]
    return any(not all(any(word.startswith(part) for word in other) for part in shortest) for other in others)
