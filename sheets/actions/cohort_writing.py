"""Writes people, groups, stays and mentors into a cohort in batches, with the actions of people and groups."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import batched

from courses.models import Cohort
from groups.actions.invitations import close_links_from_elsewhere
from groups.actions.records import set_levels
from groups.actions.roster import Move, assign_mentors, enrol_many, join_many, open_groups
from groups.models import Enrolment, Group, Membership
from people.actions.accounts import invite_many, make_accounts
from people.models import User
from sheets.actions.write_log import WriteLog, values_of
from sheets.matching.changes import CohortChanges
from sheets.understanding.roster import group_key

_BATCH = 2_000


class CohortWriter:
    """Writes changes of a cohort and logs them. Afterwards it knows people by address and groups by name."""

    def __init__(self, *, cohort: Cohort, record: WriteLog, by: User, at: datetime) -> None:
        self.cohort = cohort
        self.record = record
        self.by = by
        self.at = at
        self.people: dict[str, User] = {}
        self.groups: dict[str, Group] = {}
        # Open enrolments by address.
        self.enrolments: dict[str, Enrolment] = {}

    def write(
        self,
        changes: CohortChanges,
        *,
        starts_on: date,
        is_inviting: bool = False,
        inviting: Sequence[str] = (),
    ) -> None:
        """Write people, groups, stays, mentors.

        Args:
            inviting: addresses of additional new people to invite, if people are invited at all.
        """
        self._write_people(changes, inviting)
        self._write_groups(changes)
        self._enrol(changes, starts_on)
        self._move(changes)
        self._set_levels(changes)
        self._assign(changes)
        if is_inviting:
            invited = dict.fromkeys([*changes.enrolled, *(email for _, email in changes.mentors), *inviting])
            new = [self.people[email] for email in invited]
            self.record.made(invite_many(people=new, by=self.by, at=self.at))

    def _write_people(self, changes: CohortChanges, inviting: Iterable[str]) -> None:
        made = make_accounts(
            people=[
                (account.email, account.name, account.time_zone) for account in changes.accounts.values()
            ],
            at=self.at,
        )
        self.record.made(made)
        self._edit(changes)
        needed = {
            *changes.enrolled,
            *inviting,
            *(email for email, _, _ in changes.moves),
            *(email for _, email in changes.mentors),
        }
        self.people = {person.email: person for person in made}
        self.people |= _people(needed - set(self.people))
        for batch in batched((person.pk for person in self.people.values()), _BATCH):
            close_links_from_elsewhere(people=batch, by=self.by, at=self.at)

    def _edit(self, changes: CohortChanges) -> None:
        for batch in batched(changes.edits, _BATCH):
            people = list(User.objects.select_for_update().filter(pk__in=batch))
            before = [values_of(person, changes.edits[person.pk]) for person in people]
            for person in people:
                for name, value in changes.edits[person.pk].items():
                    setattr(person, name, value)
            User.objects.bulk_update(people, ["name", "time_zone"], batch_size=500)
            self.record.changed(people, before)

    def _write_groups(self, changes: CohortChanges) -> None:
        made, items = open_groups(
            cohort=self.cohort,
            names=changes.groups,
            chosen=changes.chosen,
            meetings=changes.meetings,
            by=self.by,
            at=self.at,
        )
        self.record.made(made)
        self.record.made(items)
        groups = Group.objects.filter(cohort=self.cohort).select_related("cohort__course")
        self.groups = {group_key(group.name): group for group in groups}

    def _enrol(self, changes: CohortChanges, starts_on: date) -> None:
        people = [self.people[email] for email in changes.enrolled]
        made = enrol_many(
            cohort=self.cohort,
            people=people,
            started_on=starts_on,
            levels={person.pk: changes.levels.get(person.email, "") for person in people},
            by=self.by,
            at=self.at,
        )
        self.record.made(made)
        self.enrolments = {enrolment.person.email: enrolment for enrolment in made}

    def _move(self, changes: CohortChanges) -> None:
        enrolled_before = [email for email, _, _ in changes.moves if email not in self.enrolments]
        stays: dict[int, Membership] = {}
        for batch in batched(enrolled_before, _BATCH):
            rows = Enrolment.objects.select_for_update(of=("self",)).select_related("person")
            for enrolment in rows.filter(cohort=self.cohort, ended_on=None, person__email__in=batch):
                self.enrolments[enrolment.person.email] = enrolment
            for stay in Membership.objects.filter(
                enrolment__cohort=self.cohort, ended_on=None, enrolment__person__email__in=batch
            ):
                stays[stay.enrolment_id] = stay
        moves = [
            Move(
                enrolment=self.enrolments[email],
                group=self.groups[group_key(name)],
                on=on,
                stay=stays.get(self.enrolments[email].pk),
            )
            for email, name, on in changes.moves
        ]
        left = [move.stay for move in moves if move.stay is not None]
        before = [values_of(stay, ["ended_on", "end_reason"]) for stay in left]
        made = join_many(moves=moves, by=self.by, at=self.at, reason="import")
        self.record.changed(left, before)
        self.record.made(made)

    def _set_levels(self, changes: CohortChanges) -> None:
        for batch in batched(set(changes.levels) - set(changes.enrolled), _BATCH):
            rows = Enrolment.objects.select_for_update(of=("self",)).select_related("person")
            enrolments = rows.filter(cohort=self.cohort, ended_on=None, person__email__in=batch)
            pairs = [(enrolment, changes.levels[enrolment.person.email]) for enrolment in enrolments]
            self.record.changed_from(set_levels(levels=pairs, by=self.by, at=self.at))

    def _assign(self, changes: CohortChanges) -> None:
        pairs = [(self.groups[group_key(name)], self.people[email]) for name, email in changes.mentors]
        on = min(self.cohort.starts_on, self.cohort.today(self.at))
        self.record.made(assign_mentors(pairs=pairs, on=on, by=self.by, at=self.at))


def _people(emails: Iterable[str]) -> dict[str, User]:
    people: dict[str, User] = {}
    for batch in batched(sorted(emails), _BATCH):
        people |= {person.email: person for person in User.objects.filter(email__in=batch)}
    return people
