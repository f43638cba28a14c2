"""Stays and mentorships of our own workbook, including those that ended."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from groups.models import Membership, Mentorship
from sheets.matching.changes import NewAccount
from sheets.matching.enrolments import EnrolmentRef
from sheets.matching.ledger import Ledger, RowRefused, from_until
from sheets.matching.plan import Verdict
from sheets.matching.sheet_changes import NewEnrolment, NewMentorship, NewStay
from sheets.understanding.records import PersonRecord
from sheets.understanding.records.choices import STUDENT
from sheets.understanding.roster import group_key


@dataclass(frozen=True, slots=True)
class _KnownStay:
    enrolment: EnrolmentRef
    group: str
    started_on: date
    ended_on: date | None

    def overlaps(self, started_on: date, ended_on: date | None) -> bool:
        return (self.ended_on is None or started_on < self.ended_on) and (
            ended_on is None or self.started_on < ended_on
        )


class PeopleMatcher:
    """Costs two queries for the whole cohort. Nobody is moved out of their group in Trefoil."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        cohort = ledger.now.cohort
        self._stays: dict[str, list[_KnownStay]] = defaultdict(list)
        rows = Membership.objects.filter(enrolment__cohort=cohort).values_list(
            "enrolment__person__email", "enrolment", "group__name", "started_on", "ended_on"
        )
        for email, pk, group, started_on, ended_on in rows:
            self._stays[email].append(_KnownStay(EnrolmentRef(email, pk), group, started_on, ended_on))
        # (key of the group, address) to days on which mentorships began.
        self._mentorships: dict[tuple[str, str], set[date]] = defaultdict(set)
        for group, email, started_on in Mentorship.objects.filter(group__cohort=cohort).values_list(
            "group__name", "person__email", "started_on"
        ):
            self._mentorships[group_key(group), email].add(started_on)

    def match(self, n: int, line: PersonRecord, group: str) -> None:
        try:
            name = self._ledger.group(line.group, group)
            email = self._email(line)
            if line.started_on and line.ended_on and line.ended_on < line.started_on:
                raise RowRefused("It ends before it begins.")
            verdict, details = (
                self._student(line, email, name) if line.role == STUDENT else self._mentor(line, email, name)
            )
        except RowRefused as refusal:
            self._ledger.refuse(n, line, str(line.person), refusal)
            return
        account = self._ledger.account(email)
        shown = account.name if account else line.person.name or email
        self._ledger.plan.add(verdict, f"{shown} <{email}>", line.location, "; ".join(details))

    def _email(self, line: PersonRecord) -> str:
        if line.person.email:
            return line.person.email
        if line.role != STUDENT:
            match = self._ledger.mentors.find(line.person, line.location)
            if match is None:
                raise RowRefused("Waiting for your answer: who is this?")
            return match.email
        who = self._ledger.students.find(line.person, line.location)
        if not who.email:
            raise RowRefused(
                "Waiting for your answer: who is this?" if who.is_open else "Skipped, as you chose."
            )
        return who.email

    def _student(self, line: PersonRecord, email: str, name: str) -> tuple[Verdict, list[str]]:
        ledger = self._ledger
        ref, details = self._enrolment(line, email)
        ledger.in_files.add(email)
        if not name:
            return (Verdict.NEW if details else Verdict.UNCHANGED), details
        started_on = line.started_on or line.joined_on or ledger.starts_on
        ended_on = line.ended_on or line.left_on
        here = [stay for stay in self._stays[email] if stay.enrolment == ref]
        same = [stay for stay in here if group_key(stay.group) == group_key(name)]
        if any(stay.started_on == started_on or (stay.ended_on is None and not ended_on) for stay in same):
            return (Verdict.CHANGED if details else Verdict.UNCHANGED), details
        elsewhere = next((stay for stay in here if stay.ended_on is None), None)
        if ended_on is None and elsewhere is not None:
            return Verdict.UNCHANGED, [*details, f"stays in {elsewhere.group}"]
        crossing = next((stay for stay in here if stay.overlaps(started_on, ended_on)), None)
        if crossing is not None:
            raise RowRefused(f"The stay overlaps with the one in {crossing.group}.")
        if ended_on is None:
            refusal = ledger.study_refusal(email, name)
            if refusal:
                raise RowRefused(refusal)
            ledger.sizes[group_key(name)] += 1
            ledger.studying.add((group_key(name), email))
        why = (line.why or line.why_left or "finished") if ended_on else ""
        ledger.plan.changes.stays.append(NewStay(ref, name, started_on, ended_on, why))
        self._stays[email].append(_KnownStay(ref, name, started_on, ended_on))
        details.append(f"in {name} {from_until(started_on, ended_on)}")
        if ref.id is None:
            return Verdict.NEW, details
        return (Verdict.CHANGED if ended_on else Verdict.MOVED), details

    def _enrolment(self, line: PersonRecord, email: str) -> tuple[EnrolmentRef, list[str]]:
        """The enrolment of the row and what changes about it; plans a new one if needed."""
        ledger = self._ledger
        known_enrolment = ledger.enrolments.find(email, line.joined_on, is_open=line.left_on is None)
        if known_enrolment is not None:
            level = line.level if known_enrolment.ended_on is None and not known_enrolment.level else ""
            if level and known_enrolment.ref.id is not None:
                ledger.people.levels[email] = level
                return known_enrolment.ref, [f"level: {level}"]
            return known_enrolment.ref, []
        account = ledger.account(email)
        if account is not None and not account.is_active and line.left_on is None:
            raise RowRefused(f"{account.name} can no longer sign in; ask an operator.")
        joined_on = line.joined_on or line.started_on or ledger.starts_on
        if line.started_on and line.started_on < joined_on:
            raise RowRefused("The stay begins before they joined the cohort.")
        if line.left_on and line.left_on < joined_on:
            raise RowRefused("They left the cohort before they joined it.")
        if account is None and email not in ledger.people.accounts:
            ledger.people.accounts[email] = NewAccount(email, line.person.name or email, line.time_zone)
        ref = ledger.enrolments.add(EnrolmentRef(email, None, joined_on), joined_on, line.left_on, line.level)
        ledger.plan.changes.enrolments.append(
            NewEnrolment(
                ref=ref,
                started_on=joined_on,
                ended_on=line.left_on,
                end_reason=(line.why_left or "finished") if line.left_on else "",
                level=line.level,
                last_active_at=ledger.moment(line.last_active_at),
            )
        )
        label = "was in the cohort" if line.left_on else "joins the cohort"
        details = [f"{label} {from_until(joined_on, line.left_on)}"]
        return ref, [*details, f"level: {line.level}"] if line.level else details

    def _mentor(self, line: PersonRecord, email: str, name: str) -> tuple[Verdict, list[str]]:
        ledger = self._ledger
        key = (group_key(name), email)
        ledger.assigned.add(key)
        account = ledger.account(email)
        started_on = line.started_on or ledger.starts_on
        if started_on in self._mentorships[key] or (line.ended_on is None and key in ledger.mentoring):
            return Verdict.UNCHANGED, []
        if line.ended_on is None:
            refusal = ledger.mentor_refusal(email, name)
            if refusal:
                raise RowRefused(refusal)
            ledger.mentoring.add(key)
        if account is None and email not in ledger.people.accounts:
            ledger.people.accounts[email] = NewAccount(email, line.person.name or email, line.time_zone)
        self._mentorships[key].add(started_on)
        ledger.plan.changes.mentorships.append(
            NewMentorship(name, email, line.role, started_on, line.ended_on)
        )
        label = "mentors" if line.role == "mentor" else f"{line.role} of"
        return Verdict.NEW, [f"{label} {name} {from_until(started_on, line.ended_on)}"]
