"""The state of Trefoil that files are compared with, and the plan that they fill together."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from courses.models import Cohort, Milestone
from groups.actions.people_in_groups import PeopleInGroups
from groups.meetings import without_call
from groups.models import Enrolment, Group, Membership, Mentorship, Wish
from lib.days import full_day
from lib.mentions import LONGEST_NAME, Mention
from lib.text import folded, folded_with_signs
from people.models import User
from sheets.matching.changes import CohortChanges
from sheets.matching.cohort_snapshot import CohortSnapshot, ref_of, shown
from sheets.matching.group_names import GroupNames
from sheets.matching.mentors import MentorFinder
from sheets.matching.modules import ModuleFinder
from sheets.matching.plan import SKIPPED, ImportPlan, Verdict
from sheets.matching.students import StudentFinder
from sheets.models import SheetImport
from sheets.understanding.roster import UnreadRow, group_key
from tracker.joining import JoiningDays

WAITING = "Waiting for your answer: who is this?"
NO_DATE = "without a date"


class RowRefused(Exception):  # noqa: N818
    """A row cannot be imported; the message tells people why."""


class DuplicateRow(RowRefused):
    """Another row of the files says it already."""


class Ledger:
    """People, groups and milestones, existing and new, found by whatever a cell calls them.

    A row without a person was done by `by`, and one without a moment happened `at`: by the importer, at the import.
    """

    def __init__(
        self,
        sheet_import: SheetImport,
        cohort: Cohort,
        mentions: Sequence[Mention],
        groups: Iterable[str],
        *,
        by: User,
        at: datetime,
    ) -> None:
        self._import, self.cohort, self.by, self.at = sheet_import, cohort, by, at
        self.answers = answers = sheet_import.answers
        self.zone = ZoneInfo(cohort.time_zone)
        self.now = CohortSnapshot(cohort, mentions, answers)
        self.names = GroupNames((group.name for group in self.now.groups), groups)
        self.plan = ImportPlan(CohortChanges(), turned=sheet_import.turned)
        self.changes = self.plan.changes
        self.students = StudentFinder(self.now, answers)
        self.mentors = MentorFinder(self.now, mentions, answers)
        self.modules = ModuleFinder(cohort.course, answers)
        self.titled = {milestone.pk: milestone.title for milestone in self.modules.milestones}
        # As it is, and as the files change it.
        self.today = cohort.today(at)
        self.in_groups = PeopleInGroups(self.now.groups, self.today)
        self._joining = JoiningDays(cohort, self.today)
        # Addresses of students in the sheets, and the group in which the files name somebody first.
        self.in_files: set[str] = set()
        self._stands_in: dict[str, Group] = {}
        # People in another group than the files say, with the files' group, so that each is listed once.
        self._differing: set[tuple[str, str]] = set()
        # Mentors in the files by key of the group and address, with the first location, and the role if it is said.
        self._mentors: dict[str, dict[str, tuple[Mention, str, str]]] = defaultdict(dict)
        # Keys of groups that have a sheet with mentors.
        self.with_sheet: set[str] = set()
        # Groups by key: existing ones, those that the files add, and by the names that the files use for them.
        self._groups = dict(self.now.by_group_key)

    def new_group(self, name: str, meeting: str = "") -> Group:
        line, call = without_call(meeting)
        group = Group(cohort=self.cohort, name=name, meeting=line[:200], call=call[:1_000])
        self.changes.groups.append(group)
        self.name_group(name, group)
        return group

    def name_group(self, called: str, group: Group) -> None:
        """Remember that the files' name `called` means the group."""
        self._groups.setdefault(group_key(called), group)
        self._groups.setdefault(group_key(group.name), group)
        self.names.add(group.name)

    def find_group(self, called: str, *, may_be_new: bool = False) -> Group | None:
        """The group that a name in a file means; None if there is none, or with `may_be_new` if it may be a new one."""
        find = self.names.find_or_new if may_be_new else self.names.find
        return self._groups.get(group_key(called)) or self._groups.get(group_key(find(called)))

    def group(self, called: str, default: Group | None) -> Group | None:
        """The group of a cell; `default` if it is empty.

        Raises:
            RowRefused: there is no such group.
        """
        if not called:
            return default
        group = self.find_group(called)
        if group is None:
            raise RowRefused(f"There is no group “{called}” in this cohort or in the files.")
        return group

    def day(self, moment: datetime | None) -> date | None:
        return None if moment is None else moment.astimezone(self.zone).date()

    def known(self, email: str) -> User | None:
        """The person with this address who has an account, or gets one by this import."""
        return self.now.accounts.get(email) or self.changes.accounts.get(email)

    def person(self, email: str, name: str = "", time_zone: str = "") -> User:
        """The person with this address; whoever has no account gets one."""
        known = self.known(email)
        if known is None:
            known = User(email=email, name=(name or email)[:LONGEST_NAME], time_zone=time_zone)
            self.changes.accounts[email] = known
        elif known.pk is None and not name.isascii() and folded(name) == folded(known.name):
            # Of two spellings the one with accents is theirs.
            known.name = name
        return known

    def study_refusal(self, person: User, group: Group) -> str:
        """Say why the person cannot study in the group, whether or not it has room."""
        return sign_in_refusal(person) or self.in_groups.mentors_it_refusal(person, group)

    def mentor_refusal(self, person: User, group: Group) -> str:
        return sign_in_refusal(person) or self.in_groups.mentor_refusal(person, group)

    def joins_on(self, email: str, group: Group | None) -> date:
        """The day from which the person is a student or member, if no earlier stay says otherwise."""
        return self._import.start_of(email) or self._import.starts_on or self._joining.of(group)

    def noon(self, day: date | None) -> datetime | None:
        return datetime.combine(day, time(12), self.zone) if day else None

    def enrol(self, email: str, name: str, group: Group | None, **about: Any) -> Enrolment:
        """Plan that somebody becomes a student, who may have been one before."""
        enrolment = Enrolment(
            cohort=self.cohort,
            person=self.person(email, name),
            started_on=max(self.joins_on(email, group), self.now.ended_on(email)),
            **about,
        )
        self.changes.enrolments.append(enrolment)
        return enrolment

    def join(self, enrolment: Enrolment, group: Group) -> Membership:
        """Plan the stay in a group, which may be new; it ends the one in another group."""
        email, stay = enrolment.person.email, self.now.stay(enrolment)
        if stay is not None:
            on = max(self._import.start_of(email) or self.today, stay.started_on)
            self.in_groups.leave(enrolment.person, stay.group)
        else:
            on = max(self.joins_on(email, group), enrolment.started_on, self.now.free_from(enrolment))
        new = Membership(enrolment=enrolment, group=group, started_on=on)
        self.changes.stays.append(new)
        self.now.stays[ref_of(enrolment)].insert(0, new)
        self.in_groups.study(enrolment.person, group)
        return new

    def moves(self, student: Enrolment, called: str, group: Group | None, what: str, location: str) -> bool:
        """Whether somebody leaves their group for the one that a file names: if that difference is ticked.

        Args:
            group: None if it is a new one.
        """
        stay, key = self.now.stay(student), (student.person.email, group_key(called))
        if stay is None or not stay.pk or stay.group is group or key in self._differing:
            return False
        self._differing.add(key)
        return self.plan.differs(what, location, says=f"in {called}", has=f"in {stay.group}")

    def apart(self) -> Iterator[str]:
        """Say of whom the files bring into one group that a wish says that they should not be."""
        joining = {ref_of(stay.enrolment) for stay in self.changes.stays}
        for wish in Wish.objects.apart().filter(one__cohort=self.cohort).by_name() if joining else ():
            stays = [self.now.stay(each) for each in (wish.one, wish.other)]
            if all(stays) and joining & {wish.one_id, wish.other_id}:
                groups = [stay.group for stay in stays if stay]
                if groups[0] is groups[1]:
                    yield f"{groups[0]}: {wish.warning}"

    def stands_in(self, email: str, group: Group) -> list[str]:
        """Note in which group the files name somebody; what to say if it is the second."""
        first = self._stands_in.setdefault(email, group)
        return [] if first is group else [f"is in two groups of the file, {first} and {group}"]

    def edit(
        self, row: Enrolment | User, said: Mapping[str, Any], what: str, location: str
    ) -> Mapping[str, Any]:
        """Plan what is new in the file, or a name in other letters, and return it; plan differences that are ticked."""
        fresh: dict[str, Any] = {}
        ticked: dict[str, Any] = {}
        for name, value in said.items():
            has = getattr(row, name)
            if not value or has == value:
                continue
            [says], had = said_lines({name: value}), said_lines({name: has})
            is_same = name == "name" and (folded(has) == folded(value) or is_nameless(row))
            if not had or is_same:
                fresh[name] = value
            elif self.plan.differs(what, location, says=says, has=had[0]):
                ticked[name] = value
        if fresh or ticked:
            if isinstance(row, Enrolment):
                self.changes.enrolment_edits.append((row, fresh | ticked))
            else:
                self.changes.people_edits.append((row, fresh | ticked))
        return fresh

    def name_mentor(self, group: Group, match: Mention, location: str, mentors_as: str = "") -> None:
        self._mentors[group_key(group.name)].setdefault(match.email, (match, location, mentors_as))

    def plan_mentors(self) -> None:
        """Plan who mentors, once it is known who studies. Another mentor than here is a difference."""
        first = Mentorship.Role.MENTOR.value
        for key, named in self._mentors.items():
            group, new = self._groups[key], []
            for match, location, role in named.values():
                known = self.known(match.email)
                if match.email in self.in_groups.mentors(group):
                    if role and known is not None:
                        self.plan.add(Verdict.UNCHANGED, shown(known), location, f"mentors {group}")
                elif known is not None and (refusal := self.mentor_refusal(known, group)):
                    self.plan.notes.append(f"{location}: mentor left out. {refusal}")
                else:
                    new.append((match, location, role or first))
            before = [
                one
                for one in self.now.mentors_of[group.pk]
                if one.role == first and one.person.email not in named
            ]
            instead = [one for one in new if before and one[2] == first]
            if instead:
                says = ", ".join(f"{match.name} <{match.email}>" for match, _, _ in instead)
                has = ", ".join(shown(one.person) for one in before)
                if self.plan.differs(f"The mentor of {group}", instead[0][1], says=says, has=has):
                    self.changes.ended_mentorships += before
                else:
                    new = [one for one in new if one not in instead]
            for match, location, role in new:
                person = self.person(match.email, match.name)
                # Mentors of a cohort that has not begun can act at once.
                on = min(self.joins_on(person.email, group), self.today)
                made = Mentorship(group=group, person=person, role=role, started_on=on)
                self.changes.mentorships.append(made)
                self.in_groups.mentor(person, group)
                if (match, location, role) not in instead:
                    what, reason = shown(person), f"mentors {group}"
                    self.plan.add(Verdict.NEW, what, location, reason, email=person.email, starts_on=on)

    def student(self, mention: Mention, location: str, day: date | None) -> Enrolment:
        """A person's enrolment on a day.

        Raises:
            RowRefused: it is not known who it is, or they were never a student of the cohort.
        """
        enrolment = self.now.on_day(self.student_email(mention, location), day)
        if enrolment is None:
            raise RowRefused(f"{mention} was never a student in this cohort.")
        return enrolment

    def student_email(self, mention: Mention, location: str) -> str:
        """Raises RowRefused: it is not known who it is."""
        who = self.students.find(mention, location)
        if not who.email:
            raise RowRefused(WAITING if who.is_open else SKIPPED)
        return who.email

    def who(self, mention: Mention | None) -> User | None:
        """The person who did something; None if nobody is named or the name is not known.

        A person with an address but no account gets an account, so that what they did stays theirs.
        """
        if mention is None:
            return None
        if mention.email:
            is_new = self.known(mention.email) is None
            person = self.person(mention.email, mention.name)
            if is_new:
                self.changes.named.append(person)
            return person
        named = self.now.tied_named(mention.name) or [
            person for person in self.changes.accounts.values() if folded(person.name) == mention.folded_name
        ]
        return named[0] if len(named) == 1 else None

    def answerer(self, mention: Mention | None) -> User:
        """Return the person who answered, if they belong to the course or the sheets; else the one who imports."""
        person = self.known(mention.email) if mention is not None and mention.email else self.who(mention)
        return person or self.by

    def milestone(self, title: str, location: str) -> Milestone:
        milestone = self.modules.find(title, location)
        if milestone is None:
            waiting = "Waiting for your answer: which milestone is it?"
            raise RowRefused(SKIPPED if self.modules.is_skipped(title) else waiting)
        return milestone

    def refuse(self, location: str, what: str, reason: object) -> None:
        if isinstance(reason, DuplicateRow):
            self.plan.add(Verdict.DUPLICATE, what, location, str(reason))
        else:
            self.plan.add(Verdict.UNREADABLE, what, location, str(reason))

    def refuse_unread(self, unread: Iterable[UnreadRow]) -> None:
        for one in unread:
            self.refuse(one.location, one.what, one.reason)


def sign_in_refusal(person: User) -> str:
    return "" if person.is_active else f"{person} can no longer sign in; ask a site admin."


def is_nameless(person: Enrolment | User) -> bool:
    """Whether the account has the address for a name, as its person came in without one."""
    return isinstance(person, User) and person.name in ("", person.email)


def key_of(text: str) -> str:
    """Texts with the same key count as the same: case, accents and punctuation do not matter, symbols do.

    "Is C++ needed?" is not "Is C# needed?". If nothing else is left, the text itself is the key.
    """
    return folded_with_signs(text) or text.strip()


def from_until(started_on: date, ended_on: date | None) -> str:
    label = f"from {full_day(started_on)}"
    return f"{label} until {full_day(ended_on)}" if ended_on else label


def counted_labels(counts: Mapping[str, int]) -> list[str]:
    return [f"{count} {word}" for word, count in counts.items() if count]


def said_lines(fields: Mapping[str, object]) -> list[str]:
    """Return what the file says about a student, as lines of the preview: "hours a week: 4"."""
    shown = {name: f"{value:g}" if isinstance(value, float) else value for name, value in fields.items()}
    return [f"{name.replace('_', ' ')}: {value}" for name, value in shown.items() if value]
