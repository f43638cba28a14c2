"""What the files are compared with, and the plan that they fill together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from courses.models import Cohort, Milestone
from groups.actions.people_in_groups import PeopleInGroups
from groups.joining import JoiningDays
from groups.meetings import without_call
from groups.models import Enrolment, Group, Mentorship
from lib.mentions import LONGEST_NAME, Mention
from lib.text import folded, folded_with_signs
from people.models import User
from sheets.matching.changes import CohortChanges
from sheets.matching.cohort_snapshot import CohortSnapshot
from sheets.matching.group_names import GroupNames
from sheets.matching.mentors import MentorFinder
from sheets.matching.modules import ModuleFinder
from sheets.matching.plan import ImportPlan, Verdict
from sheets.matching.students import StudentFinder
from sheets.understanding.roster import UnreadRow, group_key

WAITING = "Waiting for your answer: who is this?"
SKIPPED = "Skipped, as you chose."
NO_DATE = "without a date"


@dataclass(frozen=True, slots=True)
class StartDays:
    """The days that somebody chose: from when all new people count, and single ones by address."""

    of_all: date | None = None
    by_email: Mapping[str, date] = field(default_factory=dict)


class RowRefused(Exception):  # noqa: N818
    """A row cannot be imported; the message tells people why."""


class DuplicateRow(RowRefused):
    """Another row of the files says it already."""


class Ledger:
    """People, groups and milestones, existing and new, found by whatever a cell calls them.

    What nobody is named for was done by `by`, and what has no moment happened `at`: whoever imports, and when.
    """

    def __init__(
        self,
        cohort: Cohort,
        mentions: Sequence[Mention],
        *,
        groups: Iterable[str] = (),
        start: StartDays,
        by: User,
        at: datetime,
        answers: dict[str, str],
    ) -> None:
        self.cohort, self.start, self.by, self.at, self.answers = cohort, start, by, at, answers
        self.zone = ZoneInfo(cohort.time_zone)
        self.now = CohortSnapshot(cohort, mentions, answers)
        self.names = GroupNames((group.name for group in self.now.groups), groups)
        self.plan = ImportPlan(CohortChanges())
        self.changes = self.plan.changes
        self.students = StudentFinder(self.now, answers)
        self.mentors = MentorFinder(self.now, mentions, answers)
        self.modules = ModuleFinder(cohort.course, answers)
        self.titled = {milestone.pk: milestone.title for milestone in self.modules.milestones}
        # As it is, and as the files change it.
        self.today = cohort.today(at)
        self.in_groups = PeopleInGroups(self.now.groups, self.today)
        self._joining = JoiningDays(cohort, self.today)
        # Addresses of students in the files.
        self.in_files: set[str] = set()
        # (key of a group, address) of mentors in the files.
        self.assigned: set[tuple[str, str]] = set()
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
        """Why the person cannot study in the group, whether or not it has room."""
        return _sign_in_refusal(person) or self.in_groups.mentors_it_refusal(person, group)

    def mentor_refusal(self, person: User, group: Group) -> str:
        return _sign_in_refusal(person) or self.in_groups.mentor_refusal(person, group)

    def joins_on(self, email: str, group: Group | None) -> date:
        """The day from which the person is a student or member, if no earlier stay says otherwise."""
        return self.start.by_email.get(email) or self.start.of_all or self._joining.of(group)

    def assign(self, person: User, group: Group, role: str = Mentorship.Role.MENTOR) -> date:
        """Plan a mentor; return since when. Mentors of a cohort that has not begun can act at once."""
        on = min(self.joins_on(person.email, group), self.today)
        self.changes.mentorships.append(Mentorship(group=group, person=person, role=role, started_on=on))
        self.in_groups.mentor(person, group)
        return on

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
        """Whoever answered, if they belong to the course or the sheets; else whoever imports."""
        person = self.known(mention.email) if mention is not None and mention.email else self.who(mention)
        return person or self.by

    def milestone(self, title: str, location: str) -> Milestone:
        match = self.modules.find(title, location)
        if match.milestone is None:
            waiting = "Waiting for your answer: which milestone is it?"
            raise RowRefused(waiting if match.is_open else SKIPPED)
        return match.milestone

    def refuse(self, location: str, what: str, reason: object) -> None:
        if isinstance(reason, DuplicateRow):
            self.plan.add(Verdict.DUPLICATE, what, location, str(reason))
        else:
            self.plan.add(Verdict.UNREADABLE, what, location, str(reason))

    def refuse_unread(self, unread: Iterable[UnreadRow]) -> None:
        for one in unread:
            self.refuse(one.location, one.what, one.reason)


def _sign_in_refusal(person: User) -> str:
    return "" if person.is_active else f"{person} can no longer sign in; ask a site admin."


def shown_day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def key_of(text: str) -> str:
    """Texts with the same key count as the same: case, accents and punctuation do not matter, symbols do.

    "Is C++ needed?" is not "Is C# needed?". If nothing else is left, the text itself is the key.
    """
    return folded_with_signs(text) or text.strip()


def from_until(started_on: date, ended_on: date | None) -> str:
    label = f"from {shown_day(started_on)}"
    return f"{label} until {shown_day(ended_on)}" if ended_on else label


def counted_labels(counts: Mapping[str, int]) -> list[str]:
    return [f"{count} {word}" for word, count in counts.items() if count]


def said_lines(fields: Mapping[str, object]) -> list[str]:
    """What is known of a student, as lines of the preview: "hours a week: 4"."""
    shown = {name: f"{value:g}" if isinstance(value, float) else value for name, value in fields.items()}
    return [f"{name.replace('_', ' ')}: {value}" for name, value in shown.items() if value]
