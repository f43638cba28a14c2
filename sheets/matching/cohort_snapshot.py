"""Students, groups and mentors of a cohort as they are now, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Any

from django.db.models import Max, Q

from courses.models import Cohort
from groups.access import people_of
from groups.models import Enrolment, Group, Membership, Mentorship
from lib.text import folded
from people.models import User
from sheets.understanding.people import Mention, read_person
from sheets.understanding.roster import group_key

# Below SQLite's limit on parameters of a query.
BATCH = 500


@dataclass(frozen=True, slots=True)
class Account:
    """A person in Trefoil. `is_in_their_hands` means that they set their name themselves: see has_signed_in."""

    id: int
    name: str
    email: str
    time_zone: str
    is_active: bool
    is_in_their_hands: bool

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


@dataclass(slots=True)
class Student:
    """An open enrolment, with the current group, if any, and since when."""

    enrolment_id: int
    account: Account
    started_on: date
    level: str = ""
    group_id: int | None = None
    stay_started_on: date | None = None
    free_from: date | None = None


@dataclass(slots=True)
class GroupSnapshot:
    """A group with its number of students and its mentors (id to role)."""

    id: int
    name: str
    size: int = 0
    mentors: dict[int, str] = field(default_factory=dict)


@dataclass
class CohortSnapshot:
    """The cohort, with lookups by address, by folded name and by id."""

    cohort: Cohort
    students: dict[int, Student]
    groups: dict[int, GroupSnapshot]
    accounts: dict[str, Account]
    mentors: dict[int, Account]
    ended_on: dict[int, date]
    tied: list[Account]

    def __post_init__(self) -> None:
        self.by_group_key = {group_key(group.name): group for group in self.groups.values()}
        self._students_named: dict[str, list[Student]] = defaultdict(list)
        for student in self.students.values():
            self._students_named[folded(student.account.name)].append(student)
        self._tied_named: dict[str, list[Account]] = defaultdict(list)
        self._tied_ids = {account.id for account in self.tied}
        for account in self.tied:
            self._tied_named[folded(account.name)].append(account)

    def students_named(self, name: str) -> list[Student]:
        return self._students_named.get(folded(name), []) if folded(name) else []

    def tied_named(self, name: str) -> list[Account]:
        return self._tied_named.get(folded(name), []) if folded(name) else []

    def is_tied(self, account: Account) -> bool:
        """Whether the person has something to do with the course. Its admins may not see or edit other accounts."""
        return account.id in self._tied_ids

    def student_of(self, email: str) -> Student | None:
        account = self.accounts.get(email)
        return self.students.get(account.id) if account else None


def cohort_snapshot(cohort: Cohort, emails: Iterable[str]) -> CohortSnapshot:
    students = {row["person"]: _student(row) for row in _enrolments(cohort)}
    groups = {
        pk: GroupSnapshot(pk, name)
        for pk, name in Group.objects.filter(cohort=cohort).values_list("pk", "name")
    }
    for stay in Membership.objects.filter(enrolment__cohort=cohort, ended_on=None).values(
        "enrolment__person", "group", "started_on"
    ):
        groups[stay["group"]].size += 1
        if (student := students.get(stay["enrolment__person"])) is not None:
            student.group_id, student.stay_started_on = stay["group"], stay["started_on"]
    for group_id, person_id, role in Mentorship.objects.filter(
        group__cohort=cohort, ended_on=None
    ).values_list("group", "person", "role"):
        groups[group_id].mentors[person_id] = role
    tied = [_account(row) for row in people_of(cohort.course).values(*_ACCOUNT).order_by("pk")]
    accounts = {account.email: account for account in tied}
    accounts |= {account.email: account for account in accounts_of(set(emails) - set(accounts))}
    ended = Enrolment.objects.filter(cohort=cohort).exclude(ended_on=None).values("person")
    mentoring = {person for group in groups.values() for person in group.mentors}
    return CohortSnapshot(
        cohort=cohort,
        students=students,
        groups=groups,
        accounts=accounts,
        mentors={account.id: account for account in tied if account.id in mentoring},
        ended_on=dict(ended.annotate(last=Max("ended_on")).values_list("person", "last")),
        tied=tied,
    )


_ACCOUNT = ("pk", "name", "email", "time_zone", "is_active", "password", "last_login")


def _account(row: dict[str, Any], prefix: str = "") -> Account:
    return Account(
        id=row[f"{prefix}pk"],
        name=row[f"{prefix}name"],
        email=row[f"{prefix}email"].lower(),
        time_zone=row[f"{prefix}time_zone"],
        is_active=row[f"{prefix}is_active"],
        # Like people.actions.invitations.has_signed_in: an unusable password begins with an exclamation mark.
        is_in_their_hands=bool(row[f"{prefix}last_login"]) or not row[f"{prefix}password"].startswith("!"),
    )


def _enrolments(cohort: Cohort) -> Iterable[dict[str, Any]]:
    rows: Iterable[dict[str, Any]] = (
        Enrolment.objects.filter(cohort=cohort, ended_on=None)
        .annotate(free_from=Max("memberships__ended_on", filter=Q(memberships__ended_on__isnull=False)))
        .values("pk", "person", "started_on", "free_from", "level", *(f"person__{name}" for name in _ACCOUNT))
        .order_by("pk")
    )
    return rows


def _student(row: dict[str, Any]) -> Student:
    return Student(
        enrolment_id=row["pk"],
        account=_account(row, "person__"),
        started_on=row["started_on"],
        level=row["level"],
        free_from=row["free_from"],
    )


def addresses(mentions: Iterable[Mention], answers: Mapping[str, str]) -> set[str]:
    typed = (read_person(answer) for answer in answers.values() if "@" in answer)
    return {mention.email for mention in (*mentions, *typed) if mention.email}


def accounts_of(emails: Iterable[str]) -> Iterator[Account]:
    """The accounts with these addresses; addresses are in lower case, as they are stored."""
    for batch in batched(sorted(emails), BATCH):
        for row in User.objects.filter(email__in=batch).values(*_ACCOUNT):
            yield _account(row)
