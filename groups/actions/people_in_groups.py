from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import batched

from groups.models import Group, Membership, Mentorship
from people.models import User

_IN_A_QUERY = 1_000


# Somebody, the group that they leave, if any, and the one that they join.
type GroupMove = tuple[User, Group | None, Group]


class PeopleInGroups:
    """The students and mentors of some groups from a day on; decides who may join them.

    Add people as they join, so that a list is judged like its people one by one. People go by address and groups by
    name, so that those who are only planned count too.
    """

    def __init__(self, groups: Collection[Group], on: date) -> None:
        self._students: dict[tuple[int, str], set[str]] = defaultdict(set)
        self._mentors: dict[tuple[int, str], set[str]] = defaultdict(set)
        of = {group.pk: group for group in groups if group.pk}
        for batch in batched(of, _IN_A_QUERY):
            stays = Membership.objects.not_ended(on).filter(group__in=batch)
            for pk, email in stays.values_list("group", "enrolment__person__email"):
                self._students[_key(of[pk])].add(email)
            mentorships = Mentorship.objects.not_ended(on).filter(group__in=batch)
            for pk, email in mentorships.values_list("group", "person__email"):
                self._mentors[_key(of[pk])].add(email)

    def study(self, person: User, group: Group) -> None:
        self._students[_key(group)].add(person.email)

    def leave(self, person: User, group: Group) -> None:
        self._students[_key(group)].discard(person.email)

    def mentor(self, person: User, group: Group) -> None:
        self._mentors[_key(group)].add(person.email)

    def mentors(self, group: Group) -> Collection[str]:
        return self._mentors[_key(group)]

    def study_refusal(self, person: User, group: Group) -> str:
        """Say why the person cannot join the group as a student; "" if they can. Names nobody else."""
        return self.mentors_it_refusal(person, group) or self.room_refusal(group)

    def mentors_it_refusal(self, person: User, group: Group) -> str:
        if person.email in self._mentors[_key(group)]:
            return f"{person} is a mentor of {group} and cannot be a student in it."
        return ""

    def room_refusal(self, group: Group) -> str:
        """Say why the group has no room for another student; "" if it has."""
        return _full(group, len(self._students[_key(group)]))

    def join_refusals(self, moves: Sequence[GroupMove]) -> dict[int, str]:
        """Find who cannot join, by index, once the whole list is carried out. See `full_refusals`."""
        mentors = {
            n: refusal
            for n, (person, _, group) in enumerate(moves)
            if (refusal := self.mentors_it_refusal(person, group))
        }
        return self.full_refusals(moves, mentors)

    def full_refusals(
        self, moves: Sequence[GroupMove], refused: Mapping[int, str] | None = None
    ) -> dict[int, str]:
        """Find the moves of one list, by index, for which a group has no room once the whole list is carried out.

        All leave before anybody joins, so two people may swap between full groups. A person who finds no room keeps
        the place they have, which may be the one that somebody else was to get. So do those who are `refused`
        already.
        """
        refused = dict(refused or {})
        while True:
            there = {
                key: set(self._students[key])
                for _, origin, group in moves
                for key in (_key(group), *([_key(origin)] if origin else []))
            }
            going = [(n, move) for n, move in enumerate(moves) if n not in refused]
            for _, (person, origin, _) in going:
                if origin is not None:
                    there[_key(origin)].discard(person.email)
            full: dict[int, str] = {}
            for n, (person, _, group) in going:
                students = there[_key(group)]
                students.discard(person.email)
                if refusal := _full(group, len(students)):
                    full[n] = refusal
                else:
                    students.add(person.email)
            if not full:
                return refused
            refused |= full

    def mentor_refusal(self, person: User, group: Group) -> str:
        if person.email in self._students[_key(group)]:
            return f"{person} is a student in {group} and cannot mentor it."
        return ""


def _full(group: Group, size: int) -> str:
    most = group.cohort.course.group_size
    if size > most:
        return (
            f"{group} is full: {size} students, one more than the group size of {most}. Move someone out first, or"
            " create another group."
        )
    return ""


def _key(group: Group) -> tuple[int, str]:
    return group.cohort_id, group.name
