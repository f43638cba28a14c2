"""From which day people are students and members: one rule, for pages and imports.

It is the cohort's start, until a check-in of their group was logged in Trefoil: whoever comes after that joins today.
Check-ins that an import brought say nothing, so the order in which a team moves in does not matter. Somebody with an
earlier enrolment or stay joins when it has ended, at the earliest; the actions hold that.
"""

from collections.abc import Callable, Collection
from datetime import date

from courses.models import Cohort
from groups.models import Group

# Returns the ids of the cohort's groups with a check-in that was logged in Trefoil.
type GroupsThatMet = Callable[[Cohort], Collection[int]]


def _none_met(cohort: Cohort) -> Collection[int]:
    return ()


_groups_that_met: GroupsThatMet = _none_met


def ask_for_check_ins(groups_that_met: GroupsThatMet) -> None:
    """Register who knows of check-ins: an app above this one."""
    global _groups_that_met
    _groups_that_met = groups_that_met


class JoiningDays:
    """The days from which people join a cohort now. One query."""

    def __init__(self, cohort: Cohort, today: date) -> None:
        self._start, self._today = cohort.starts_on, today
        self._met = _groups_that_met(cohort)

    def of(self, group: Group | None = None) -> date:
        """The day for a new member of the group; without one, for a new student of the cohort."""
        has_met = bool(self._met) if group is None else group.pk in self._met
        return max(self._today, self._start) if has_met else self._start


def joining_day(cohort: Cohort, today: date, group: Group | None = None) -> date:
    return JoiningDays(cohort, today).of(group)
