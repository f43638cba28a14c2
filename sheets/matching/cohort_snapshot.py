"""Students, groups and mentors of a cohort as they are now, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import cached_property
from itertools import batched

from courses.models import Cohort
from groups.actions.plan import calendar_plan
from groups.models import Enrolment, Group, Membership, Mentorship, PlanItem
from groups.ties import people_of, tied_elsewhere
from lib.mentions import Mention, read_person
from lib.text import folded
from lib.weeks import holds
from people.actions.invitations import is_of_others, was_used
from people.models import User
from sheets.understanding.roster import group_key

# Below SQLite's limit on parameters of a query.
_BATCH = 500


class CohortSnapshot:
    """The cohort with lookups by address, by folded name and by day.

    People who have nothing to do with the course go by the names in the files: its admins may not see their accounts.
    """

    def __init__(self, cohort: Cohort, mentions: Iterable[Mention], answers: Mapping[str, str]) -> None:
        self.cohort = cohort
        self.groups = list(Group.objects.filter(cohort=cohort).order_by("pk"))
        for group in self.groups:
            group.cohort = cohort
        self.by_group_key = {group_key(group.name): group for group in self.groups}
        self._read_people(mentions, answers)
        # By address, earliest first: existing enrolments and those that an import adds.
        self._enrolments: dict[str, list[Enrolment]] = defaultdict(list)
        # Open enrolments by address.
        self.students: dict[str, Enrolment] = {}
        self._students_named: dict[str, list[Enrolment]] = defaultdict(list)
        self._students_called: dict[str, list[Enrolment]] = defaultdict(list)
        rows = Enrolment.objects.filter(cohort=cohort).select_related("person")
        for enrolment in rows.order_by("started_on", "pk"):
            enrolment.cohort = cohort
            if enrolment.ended_on is None:
                self.enrol(enrolment)
            else:
                self.add(enrolment)
        groups = {group.pk: group for group in self.groups}
        # Stays by the id of the enrolment, and mentorships, also those that ended.
        self.stays: dict[int, list[Membership]] = defaultdict(list)
        for stay in Membership.objects.filter(enrolment__cohort=cohort).order_by("started_on", "pk"):
            stay.group = groups[stay.group_id]
            self.stays[stay.enrolment_id].append(stay)
        self.mentorships = list(Mentorship.objects.filter(group__cohort=cohort).select_related("person"))
        for mentorship in self.mentorships:
            mentorship.group = groups[mentorship.group_id]
        # The open ones by the id of their group, and the addresses of who mentors.
        self.mentors_of: dict[int | None, list[Mentorship]] = defaultdict(list)
        for mentorship in self.mentorships:
            if mentorship.ended_on is None:
                self.mentors_of[mentorship.group_id].append(mentorship)
        self.mentoring = {one.person.email for of in self.mentors_of.values() for one in of}

    def _read_people(self, mentions: Iterable[Mention], answers: Mapping[str, str]) -> None:
        tied = list(people_of(self.cohort.course).order_by("pk"))
        self.accounts = {person.email: person for person in tied}
        self._tied = set(self.accounts)
        self._tied_named: dict[str, list[User]] = defaultdict(list)
        self._tied_called: dict[str, list[User]] = defaultdict(list)
        for person in tied:
            self._tied_named[folded(person.name)].append(person)
            self._tied_called[folded(person.short_name)].append(person)
        typed = (read_person(answer) for answer in answers.values() if "@" in answer)
        called: dict[str, str] = {}
        for mention in (*mentions, *typed):
            if mention.email:
                called[mention.email] = called.get(mention.email) or mention.name
        for batch in batched(sorted(set(called) - self._tied), _BATCH):
            for person in User.objects.filter(email__in=batch):
                person.name = called[person.email]
                self.accounts[person.email] = person

    def students_named(self, name: str) -> list[Enrolment]:
        """The students of that name; where there is none, those who are called so."""
        key = folded(name)
        return (self._students_named.get(key) or self._students_called.get(key, [])) if key else []

    def tied_named(self, name: str) -> list[User]:
        """The people of the course of that name; where there is none, those who are called so."""
        key = folded(name)
        return (self._tied_named.get(key) or self._tied_called.get(key, [])) if key else []

    @property
    def tied_names(self) -> Collection[str]:
        """The folded names of the people of the course."""
        return self._tied_named.keys()

    def is_tied(self, person: User) -> bool:
        """Whether the person has something to do with the course."""
        return person.email in self._tied

    def may_get_address(self, person: User, by: User) -> bool:
        """Whether a list may give the person another address.

        They never signed in, no other course has them, and nobody else than who imports invited them.
        """
        is_theirs = was_used(person) or is_of_others(person, by)
        return not is_theirs and person.email not in self._tied_elsewhere

    @cached_property
    def _tied_elsewhere(self) -> set[str]:
        course = self.cohort.course
        return set(people_of(course).filter(pk__in=tied_elsewhere(course)).values_list("email", flat=True))

    @cached_property
    def calendar(self) -> dict[int, date | None]:
        return calendar_plan(self.cohort)

    @cached_property
    def plans(self) -> dict[int, dict[int, date | None]]:
        """The due days of milestones by the id of the group."""
        plans: dict[int, dict[int, date | None]] = defaultdict(dict)
        items = PlanItem.objects.filter(group__cohort=self.cohort)
        for group, milestone, due_on in items.values_list("group", "milestone", "due_on"):
            plans[group][milestone] = due_on
        return plans

    def stay(self, enrolment: Enrolment) -> Membership | None:
        """The current stay in a group."""
        return next((stay for stay in self.stays[ref_of(enrolment)] if stay.ended_on is None), None)

    def free_from(self, enrolment: Enrolment) -> date:
        """The day on which the last stay ended."""
        return max(
            (stay.ended_on for stay in self.stays[ref_of(enrolment)] if stay.ended_on is not None),
            default=date.min,
        )

    def ended_on(self, email: str) -> date:
        """The day on which the last enrolment ended."""
        ends = [enrolment.ended_on for enrolment in self._enrolments[email] if enrolment.ended_on]
        return max(ends, default=date.min)

    def add(self, enrolment: Enrolment) -> Enrolment:
        self._enrolments[enrolment.person.email].append(enrolment)
        return enrolment

    def enrol(self, enrolment: Enrolment) -> Enrolment:
        """Add an open enrolment, whose student is found by name from now on."""
        self.students[enrolment.person.email] = enrolment
        self._students_named[folded(enrolment.person.name)].append(enrolment)
        self._students_called[folded(enrolment.person.short_name)].append(enrolment)
        return self.add(enrolment)

    def has_enrolment(self, email: str) -> bool:
        return bool(self._enrolments[email])

    def find(self, email: str, joined_on: date | None, *, is_open: bool) -> Enrolment | None:
        """The enrolment that began on that day; if an open one is wanted, an open one."""
        of = self._enrolments[email]
        begun = [enrolment for enrolment in of if joined_on is None or enrolment.started_on == joined_on]
        same = [enrolment for enrolment in begun if (enrolment.ended_on is None) == is_open]
        if is_open and not same:
            same = [enrolment for enrolment in of if enrolment.ended_on is None]
        return next(iter(same or begun), None)

    def on_day(self, email: str, day: date | None) -> Enrolment | None:
        """A person's enrolment on a day: the one open then, else the last one before, else any."""
        of = self._enrolments[email]
        if not of:
            return None
        open_one = next((enrolment for enrolment in of if enrolment.ended_on is None), None)
        if day is None:
            return open_one or of[-1]
        holding = [enrolment for enrolment in of if holds(day, enrolment.started_on, enrolment.ended_on)]
        before = [enrolment for enrolment in of if enrolment.started_on <= day]
        latest = max(holding or before, key=lambda enrolment: enrolment.started_on, default=None)
        return latest or open_one or of[0]


def ref_of(enrolment: Enrolment) -> int:
    """Identifies an enrolment of a snapshot, whether it is saved or not."""
    return enrolment.pk or -id(enrolment)


def shown(person: User) -> str:
    return f"{person} <{person.email}>"
