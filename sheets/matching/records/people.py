"""Stays and mentorships of our own workbook, including those that ended."""

from collections import defaultdict
from datetime import date

from groups.models import Enrolment, Group, Membership, Mentorship
from groups.models.enrolment import SAID
from sheets.matching.cohort_snapshot import ref_of, shown
from sheets.matching.ledger import WAITING, Ledger, RowRefused, from_until, said_lines, shown_day
from sheets.matching.plan import Verdict
from sheets.matching.records.proposed_days import ProposedDays
from sheets.understanding.records import PersonRecord
from sheets.understanding.records.students import STUDENT
from sheets.understanding.roster import group_key

# The verdict of a row, what changes, and from when somebody new counts.
type Matched = tuple[Verdict, list[str], date | None]


class PeopleMatcher:
    """Nobody is moved out of their group in Trefoil.

    From when somebody is a student, member or mentor becomes what the file says, where an import proposed another day.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._days = ProposedDays(ledger.cohort)
        # Existing stays and those that the files add, by reference of the enrolment.
        self._stays: dict[int, list[Membership]] = defaultdict(list)
        for pk, stays in ledger.now.stays.items():
            self._stays[pk] += stays
        # (key of the group, address) to days on which mentorships began.
        self._mentorships: dict[tuple[str, str], set[date]] = defaultdict(set)
        self._mentoring: dict[tuple[str, str], Mentorship] = {}
        for mentorship in ledger.now.mentorships:
            key = (group_key(mentorship.group.name), mentorship.person.email)
            self._mentorships[key].add(mentorship.started_on)
            if mentorship.ended_on is None:
                self._mentoring[key] = mentorship

    def match(self, row: PersonRecord, group: Group | None) -> None:
        try:
            named = self._ledger.group(row.group, group)
            email = self._email(row)
            if row.started_on and row.ended_on and row.ended_on < row.started_on:
                raise RowRefused("It ends before it begins.")
            if row.role == STUDENT:
                verdict, details, starts_on = self._student(row, email, named)
            elif named is None:
                raise RowRefused("No group is given.")
            else:
                verdict, details, starts_on = self._mentor(row, email, named)
        except RowRefused as refusal:
            self._ledger.refuse(row.location, str(row.person), refusal)
            return
        # The day of a line can be chosen where the file gives none.
        on = None if row.started_on or row.joined_on else starts_on
        what, reason = shown(self._ledger.person(email)), "; ".join(details)
        self._ledger.plan.add(verdict, what, row.location, reason, email=email, starts_on=on)

    def _email(self, row: PersonRecord) -> str:
        if row.role == STUDENT:
            return self._ledger.student_email(row.person, row.location)
        match = self._ledger.mentors.find(row.person, row.location)
        if match is None:
            raise RowRefused(WAITING)
        return match.email

    def _student(self, row: PersonRecord, email: str, group: Group | None) -> Matched:
        ledger = self._ledger
        is_open = (row.ended_on or row.enrolment.ended_on) is None
        known = ledger.known(email)
        if group and known and is_open and (refusal := ledger.in_groups.mentors_it_refusal(known, group)):
            raise RowRefused(refusal)
        enrolment, details, kept = self._enrolment(row, email, group)
        new_on = None if enrolment.pk else enrolment.started_on
        ledger.in_files.add(email)
        if group is None:
            verdict = Verdict.CHANGED if enrolment.pk else Verdict.NEW
            return (verdict if details else Verdict.UNCHANGED), details + kept, new_on
        started_on = row.started_on or row.joined_on or self._free_on(enrolment, group)
        ended_on = row.ended_on or row.enrolment.ended_on
        here = self._stays[ref_of(enrolment)]
        same = [stay for stay in here if stay.group is group]
        if any(stay.started_on == started_on or (stay.ended_on is None and not ended_on) for stay in same):
            current = next((stay for stay in same if stay.ended_on is None), None)
            if row.started_on and not ended_on and current is not None and current.pk:
                changed, note = self._stay_from(current, row.started_on, enrolment)
                details, kept = details + changed, kept + note
            return (Verdict.CHANGED if details else Verdict.UNCHANGED), details + kept, new_on
        elsewhere = next((stay for stay in here if stay.ended_on is None), None)
        if ended_on is None and elsewhere is not None:
            return Verdict.UNCHANGED, [*details, f"stays in {elsewhere.group}"], new_on
        crossing = next((stay for stay in here if stay.overlaps(started_on, ended_on)), None)
        if crossing is not None:
            raise RowRefused(f"The stay overlaps with the one in {crossing.group}.")
        if ended_on is None:
            if full := ledger.in_groups.room_refusal(group):
                return Verdict.NO_GROUP, [*details, "without a group", full], new_on
            ledger.in_groups.study(enrolment.person, group)
        why = (row.why or row.enrolment.end_reason or Membership.EndReason.FINISHED) if ended_on else ""
        stay = Membership(
            enrolment=enrolment, group=group, started_on=started_on, ended_on=ended_on, end_reason=why
        )
        here.append(stay)
        ledger.changes.stays.append(stay)
        details.append(f"in {group} {from_until(started_on, ended_on)}")
        if not enrolment.pk:
            return Verdict.NEW, details, started_on
        return (Verdict.CHANGED if ended_on else Verdict.MOVED), details, started_on

    def _free_on(self, enrolment: Enrolment, group: Group) -> date:
        """From when they are in the group, if the file does not say."""
        proposed = self._ledger.joins_on(enrolment.person.email, group)
        ends = [stay.ended_on for stay in self._stays[ref_of(enrolment)] if stay.ended_on is not None]
        return max(proposed, enrolment.started_on, *ends)

    def _enrolment(
        self, row: PersonRecord, email: str, group: Group | None
    ) -> tuple[Enrolment, list[str], list[str]]:
        """The enrolment of the row, what changes about it, and which day stays; plans a new one if needed."""
        ledger, new = self._ledger, row.enrolment
        known = ledger.now.find(email, row.joined_on, is_open=new.ended_on is None)
        if known is not None:
            if known.ended_on is not None or new.ended_on is not None or not known.pk:
                return known, [], []
            details, kept = self._enrolled_from(known, row.joined_on) if row.joined_on else ([], [])
            if fields := {
                name: value for name in SAID if (value := getattr(new, name)) and not getattr(known, name)
            }:
                ledger.changes.enrolment_edits.append((known, fields))
                details += said_lines(fields)
            return known, details, kept
        person = ledger.known(email)
        if person is not None and not person.is_active and new.ended_on is None:
            raise RowRefused(f"{person} can no longer sign in; ask a site admin.")
        proposed = max(ledger.joins_on(email, group), ledger.now.ended_on(email))
        new.started_on = row.joined_on or row.started_on or proposed
        if row.started_on and row.started_on < new.started_on:
            raise RowRefused("The stay begins before they joined the cohort.")
        if new.ended_on and new.ended_on < new.started_on:
            raise RowRefused("They left the cohort before they joined it.")
        new.cohort, new.person = ledger.cohort, ledger.person(email, row.person.name, row.time_zone)
        ledger.changes.enrolments.append(ledger.now.add(new))
        label = "was in the cohort" if new.ended_on else "joins the cohort"
        details = [f"{label} {from_until(new.started_on, new.ended_on)}"]
        return new, [*details, *said_lines({name: getattr(new, name) for name in SAID})], []

    def _enrolled_from(self, known: Enrolment, day: date) -> tuple[list[str], list[str]]:
        """Correct the start of an enrolment. The stay that began with it moves along."""
        starts = self._ledger.changes.starts
        if starts.get(known, known.started_on) == day:
            return [], []
        stays = self._stays[known.pk]
        first = [stay for stay in stays if stay.started_on == known.started_on and stay.pk]
        kept = self._days.why_kept(known, day)
        for stay in first:
            kept = kept or self._days.why_kept(stay, day)
        if any(stay.started_on < day for stay in stays if stay not in first):
            kept = kept or "a stay in a group is earlier"
        if any(stay.ended_on and stay.ended_on < day for stay in first):
            kept = kept or "a stay in a group ends earlier"
        if self._ledger.now.ended_on(known.person.email) > day:
            kept = kept or "an earlier enrolment ends later"
        if kept:
            return [], [f"in the cohort from {shown_day(known.started_on)} as before: {kept}"]
        starts[known] = day
        starts.update(dict.fromkeys(first, day))
        return [f"in the cohort from {shown_day(day)}, before {shown_day(known.started_on)}"], []

    def _stay_from(self, stay: Membership, day: date, enrolment: Enrolment) -> tuple[list[str], list[str]]:
        starts = self._ledger.changes.starts
        if starts.get(stay, stay.started_on) == day:
            return [], []
        kept = self._days.why_kept(stay, day)
        if day < starts.get(enrolment, enrolment.started_on):
            kept = kept or "they joined the cohort later"
        others = [other for other in self._stays[ref_of(enrolment)] if other is not stay]
        if any(other.overlaps(day, None) for other in others):
            kept = kept or "another stay overlaps"
        if kept:
            return [], [f"in {stay.group} from {shown_day(stay.started_on)} as before: {kept}"]
        starts[stay] = day
        return [f"in {stay.group} from {shown_day(day)}, before {shown_day(stay.started_on)}"], []

    def _mentor(self, row: PersonRecord, email: str, group: Group) -> Matched:
        ledger = self._ledger
        key = (group_key(group.name), email)
        ledger.assigned.add(key)
        started_on = row.started_on or ledger.joins_on(email, group)
        is_open = row.ended_on is None
        if started_on in self._mentorships[key] or (is_open and email in ledger.in_groups.mentors(group)):
            return self._mentors_from(self._mentoring.get(key) if is_open else None, row.started_on)
        known = ledger.known(email)
        if is_open and known is not None and (refusal := ledger.mentor_refusal(known, group)):
            raise RowRefused(refusal)
        person = ledger.person(email, row.person.name, row.time_zone)
        if is_open:
            ledger.in_groups.mentor(person, group)
        self._mentorships[key].add(started_on)
        ledger.changes.mentorships.append(
            Mentorship(
                group=group, person=person, role=row.role, started_on=started_on, ended_on=row.ended_on
            )
        )
        label = "mentors" if row.role == Mentorship.Role.MENTOR else f"{Mentorship.Role(row.role).label} of"
        return Verdict.NEW, [f"{label} {group} {from_until(started_on, row.ended_on)}"], started_on

    def _mentors_from(self, mentorship: Mentorship | None, day: date | None) -> Matched:
        starts = self._ledger.changes.starts
        if mentorship is None or day is None or starts.get(mentorship, mentorship.started_on) == day:
            return Verdict.UNCHANGED, [], None
        label = f"mentors {mentorship.group} from"
        if kept := self._days.why_kept(mentorship, day):
            return Verdict.UNCHANGED, [f"{label} {shown_day(mentorship.started_on)} as before: {kept}"], None
        starts[mentorship] = day
        return Verdict.CHANGED, [f"{label} {shown_day(day)}, before {shown_day(mentorship.started_on)}"], None
