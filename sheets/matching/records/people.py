"""Stays and mentorships of our own workbook, including those that ended."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from groups.models import Enrolment, Group, Membership, Mentorship
from groups.models.enrolment import STUDENT_COLUMNS
from lib.days import full_day
from sheets.matching.cohort_snapshot import ref_of, shown
from sheets.matching.ledger import WAITING, Ledger, RowRefused, from_until, said_lines, sign_in_refusal
from sheets.matching.plan import Verdict
from sheets.understanding.records.students import STUDENT, PersonRecord
from sheets.understanding.roster import group_key

# The verdict of a row, what changes, and from when somebody new counts.
type Stay = Enrolment | Membership | Mentorship
type Matched = tuple[Verdict, list[str], date | None]


class PeopleMatcher:
    """Nobody is moved out of their group in Trefoil, or begins on another day, unless somebody ticks it."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
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
        enrolment, details = self._enrolment(row, email, group)
        new_on = None if enrolment.pk else enrolment.started_on
        ledger.in_files.add(email)
        if group is None:
            verdict = Verdict.CHANGED if enrolment.pk else Verdict.NEW
            return (verdict if details else Verdict.UNCHANGED), details, new_on
        started_on = row.started_on or row.joined_on or self._free_on(enrolment, group)
        ended_on = row.ended_on or row.enrolment.ended_on
        here = self._stays[ref_of(enrolment)]
        same = [stay for stay in here if stay.group is group]
        if any(stay.started_on == started_on or (stay.ended_on is None and not ended_on) for stay in same):
            current = next((stay for stay in same if stay.ended_on is None), None)
            # A stay that began with the enrolment goes along with it.
            is_first = current is not None and current.started_on == enrolment.started_on
            goes_along = is_first and row.started_on == row.joined_on
            if current is not None and current.pk and not ended_on and not goes_along:
                self._begins([current], f"in {group}", row.started_on, row)
            return (Verdict.CHANGED if details else Verdict.UNCHANGED), details, new_on
        elsewhere = next((stay for stay in here if stay.ended_on is None), None)
        if ended_on is None and elsewhere is not None:
            if ledger.moves(enrolment, group.name, group, shown(enrolment.person), row.location):
                ledger.join(enrolment, group)
            return (Verdict.CHANGED if details else Verdict.UNCHANGED), details, new_on
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
        """Return the first day in the group, if the file does not say."""
        proposed = self._ledger.joins_on(enrolment.person.email, group)
        ends = [stay.ended_on for stay in self._stays[ref_of(enrolment)] if stay.ended_on is not None]
        return max(proposed, enrolment.started_on, *ends)

    def _enrolment(self, row: PersonRecord, email: str, group: Group | None) -> tuple[Enrolment, list[str]]:
        """The enrolment of the row, and what changes about it; plans a new one if needed."""
        ledger, new = self._ledger, row.enrolment
        known = ledger.now.find(email, row.joined_on, is_open=new.ended_on is None)
        if known is not None:
            if known.ended_on is not None or new.ended_on is not None or not known.pk:
                return known, []
            stays = self._stays[known.pk]
            first = [stay for stay in stays if stay.started_on == known.started_on and stay.pk]
            self._begins([known, *first], "in the cohort", row.joined_on, row)
            # Their own words stay.
            said = {
                one.name: one.value(new) for one in STUDENT_COLUMNS if not (one.is_note and one.value(known))
            }
            return known, said_lines(ledger.edit(known, said, shown(known.person), row.location))
        person = ledger.known(email)
        if person is not None and new.ended_on is None and (refusal := sign_in_refusal(person)):
            raise RowRefused(refusal)
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
        return new, [*details, *said_lines({one.name: one.value(new) for one in STUDENT_COLUMNS})]

    def _begins(self, rows: Sequence[Stay], what: str, day: date | None, row: PersonRecord) -> None:
        """Another start than that of the first row is a difference. Days are compared when it is written."""
        begun, starts = rows[0].started_on, self._ledger.changes.starts
        if day and starts.get(rows[0], begun) != day:
            says, has = (f"{what} from {full_day(on)}" for on in (day, begun))
            if self._ledger.plan.differs(str(row.person), row.location, says=says, has=has):
                starts.update(dict.fromkeys(rows, day))

    def _mentor(self, row: PersonRecord, email: str, group: Group) -> Matched:
        ledger = self._ledger
        key = (group_key(group.name), email)
        ledger.with_sheet.add(key[0])
        started_on = row.started_on or ledger.joins_on(email, group)
        is_open = row.ended_on is None
        if started_on in self._mentorships[key] or (is_open and email in ledger.in_groups.mentors(group)):
            if is_open and key in self._mentoring:
                self._begins([self._mentoring[key]], f"mentors {group}", row.started_on, row)
            return Verdict.UNCHANGED, [], None
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
