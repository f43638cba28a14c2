"""What the tabs of tracking sheets are compared with, and the plan that they fill together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from courses.models import Milestone
from lib.text import folded, folded_with_signs
from sheets.matching.changes import NewAccount
from sheets.matching.cohort_snapshot import Account, CohortSnapshot, GroupSnapshot
from sheets.matching.enrolments import EnrolmentRef, Enrolments
from sheets.matching.group_names import GroupNames
from sheets.matching.mentors import MentorFinder
from sheets.matching.modules import MilestoneMatch, ModuleFinder
from sheets.matching.plan import ImportPlan, Verdict
from sheets.matching.sheet_changes import SheetChanges
from sheets.matching.students import StudentFinder
from sheets.understanding.people import Mention
from sheets.understanding.records.record_types import SheetRecord
from sheets.understanding.roster import group_key


class RowRefused(Exception):  # noqa: N818
    """A row cannot be imported; the message tells people why."""


class Ledger:
    """People, groups and milestones, existing and new, found by whatever a cell calls them."""

    def __init__(
        self,
        now: CohortSnapshot,
        mentions: Sequence[Mention],
        *,
        groups: Iterable[str] = (),
        starts_on: date,
        answers: dict[str, str],
    ) -> None:
        self.now = now
        self.names = GroupNames((group.name for group in now.groups.values()), groups)
        self.starts_on = starts_on
        self.plan = ImportPlan(SheetChanges())
        self.people = self.plan.changes.cohort
        self.students = StudentFinder(now, answers)
        self.mentors = MentorFinder(now, mentions, answers)
        self.modules = ModuleFinder(now.cohort.course, answers)
        self.enrolments = Enrolments(now)
        self.titled = {milestone.pk: milestone.title for milestone in self.modules.milestones}
        self.zone = ZoneInfo(now.cohort.time_zone)
        # Number of students by key of the group: existing ones and those the sheets add.
        self.sizes = Counter({group_key(group.name): group.size for group in now.groups.values()})
        # Addresses of students in the files.
        self.in_files: set[str] = set()
        # (key of a group, address) of mentors in the files.
        self.assigned: set[tuple[str, str]] = set()
        # (key of a group, address) of its students and of its mentors: existing ones and those the sheets add.
        self.studying = {
            (group_key(now.groups[student.group_id].name), student.account.email)
            for student in now.students.values()
            if student.group_id is not None
        }
        self.mentoring = {
            (group_key(group.name), now.mentors[pk].email)
            for group in now.groups.values()
            for pk in group.mentors
        }
        # Key of a group's name in the files to its name in Trefoil.
        self._names_here: dict[str, str] = {}

    def name_group(self, called: str, name: str) -> None:
        """Remember that the files' name `called` means the group `name`."""
        self._names_here.setdefault(group_key(called), name)
        self._names_here.setdefault(group_key(name), name)
        self.names.add(name)

    def group_name(self, called: str) -> str:
        """The name in Trefoil of the group the files call so; "" if it is new."""
        return self._names_here.get(group_key(called)) or self.names.find_or_new(called)

    def group_now(self, called: str) -> GroupSnapshot | None:
        """The existing group that a name in a file means; None if it may be a new one."""
        return self.now.by_group_key.get(group_key(self.names.find_or_new(called)))

    def group(self, called: str, default: str) -> str:
        """The name of a group; `default` if the cell is empty.

        Raises:
            RowRefused: there is no such group.
        """
        if not called:
            return default
        name = self._names_here.get(group_key(called)) or self.names.find(called)
        if not name:
            raise RowRefused(f"There is no group “{called}” in this cohort or in the files.")
        return name

    def moment(self, local: datetime | None) -> datetime | None:
        """Convert local time of the cohort to UTC."""
        return None if local is None else local.replace(tzinfo=self.zone).astimezone(UTC)

    def day(self, moment: datetime | None) -> date | None:
        return None if moment is None else moment.astimezone(self.zone).date()

    def account(self, email: str) -> Account | None:
        return self.now.accounts.get(email)

    def study_refusal(self, email: str, name: str) -> str:
        if (group_key(name), email) in self.mentoring:
            account = self.account(email)
            return f"{account.name if account else email} mentors {name} and cannot study in it."
        most = self.now.cohort.course.group_size + 1
        if self.sizes[group_key(name)] >= most:
            full = f"{name} has {most} students already, one above the group size of {most - 1}."
            return f"{full} Move somebody out first."
        return ""

    def mentor_refusal(self, email: str, name: str) -> str:
        account = self.account(email)
        if account is not None and not account.is_active:
            return f"{account.name} can no longer sign in; ask an operator."
        if (group_key(name), email) in self.studying:
            return f"{email} studies in {name} and cannot mentor it."
        return ""

    def student(self, mention: Mention, location: str, day: date | None) -> EnrolmentRef:
        """A person's enrolment on a day.

        Raises:
            RowRefused: it is not known who it is, or they were never a student of the cohort.
        """
        email = mention.email
        if not email:
            who = self.students.find(mention, location)
            if not who.email:
                raise RowRefused(
                    "Waiting for your answer: who is this?" if who.is_open else "Skipped, as you chose."
                )
            email = who.email
        ref = self.enrolments.on_day(email, day)
        if ref is None:
            raise RowRefused(f"{mention} was never a student in this cohort.")
        return ref

    def email_of(self, mention: Mention | None) -> str:
        """The address of a person who did something; "" if nobody is named or the name is not known.

        A person with an address but no account gets an account, so that what they did stays theirs.
        """
        if mention is None:
            return ""
        if mention.email:
            if mention.email not in self.now.accounts and mention.email not in self.people.accounts:
                account = NewAccount(mention.email, mention.name or mention.email)
                self.people.accounts[mention.email] = account
                self.people.named.append(mention.email)
            return mention.email
        named = [account.email for account in self.now.tied_named(mention.name)]
        named = named or [
            account.email
            for account in self.people.accounts.values()
            if folded(account.name) == mention.folded_name
        ]
        return named[0] if len(named) == 1 else ""

    def answerer_email(self, mention: Mention | None) -> str:
        """The address of whoever answered, if they belong to the course or the sheets."""
        if mention is not None and mention.email:
            is_known = mention.email in self.now.accounts or mention.email in self.people.accounts
            return mention.email if is_known else ""
        return self.email_of(mention)

    def milestone(self, title: str, location: str) -> Milestone:
        match: MilestoneMatch = self.modules.find(title, location)
        if match.milestone is None:
            raise RowRefused(
                "Waiting for your answer: which milestone is it?"
                if match.is_open
                else "Skipped, as you chose."
            )
        return match.milestone

    def refuse(self, n: int, line: SheetRecord, what: str, reason: object) -> None:
        self.plan.add(Verdict.UNREADABLE, what, line.location, str(reason), table=n, row=line.row)


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
