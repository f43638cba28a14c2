"""A student's group on a day. Work done before a move stays with the group in which it was done."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from groups.models.membership import MembershipQuerySet


class GroupDays:
    """The stays of students, read once."""

    def __init__(self, stays: MembershipQuerySet) -> None:
        self._stays: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
        stays = stays.lasting().order_by("started_on", "pk")
        for enrolment, group, first, end in stays.values_list("enrolment", "group", "started_on", "ended_on"):
            self._stays[enrolment].append((group, first, end))

    def groups_of(self, enrolment_id: int) -> list[int]:
        """The groups that the student was in, in the order of the first stays."""
        return list(dict.fromkeys(group for group, _, _ in self._stays.get(enrolment_id, ())))

    def on(self, enrolment_id: int, day: date | None) -> int | None:
        """The group of that day, else the last one before it, else the first one; None if they were never in one.

        An undated thing belongs to the first one: a later move does not take it along.
        """
        stays = self._stays.get(enrolment_id)
        if not stays:
            return None
        return next((group for group, first, _ in reversed(stays) if day and first <= day), stays[0][0])

    def spans(self, enrolment_id: int) -> Iterator[tuple[int, date, date]]:
        """The first and last day with each group, by the rule of `on`; after the last stay they have none."""
        stays = self._stays.get(enrolment_id, [])
        for n, (group, first, end) in enumerate(stays):
            after = stays[n + 1][1] if n + 1 < len(stays) else end or date.max
            yield group, first if n else date.min, after - timedelta(days=1)
