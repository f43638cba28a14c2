from collections import defaultdict
from collections.abc import Collection
from datetime import date
from itertools import batched

from groups.models import Group, Membership, Mentorship
from people.models import User

_IN_A_QUERY = 1_000


class PeopleInGroups:
    """Who studies in and who mentors these groups from a day on; decides who may join them.

    Add people as they join, so that a list is judged like its people one by one. People go by address and groups by
    name, so that those who are only planned count too. Two queries per thousand groups.
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
        """Why the person cannot join the group as a student; "" if they can. Tells no name of other people."""
        if person.email in self._mentors[_key(group)]:
            return f"{person} is a mentor of {group} and cannot be a student in it."
        return self.room_refusal(group)

    def room_refusal(self, group: Group) -> str:
        """Why nobody else can join the group as a student; "" if somebody can."""
        size, most = len(self._students[_key(group)]), group.cohort.course.group_size
        if size > most:
            return (
                f"{group} is full: {size} students, one more than the group size of {most}. Move someone out first, or"
                " create another group."
            )
        return ""

    def mentor_refusal(self, person: User, group: Group) -> str:
        if person.email in self._students[_key(group)]:
            return f"{person} is a student in {group} and cannot mentor it."
        return ""


def _key(group: Group) -> tuple[int, str]:
    return group.cohort_id, group.name
