"""From which day people are students and members: one rule, for pages and imports.

It is the cohort's start, until a check-in of their group was logged in Trefoil: whoever comes after that joins today.
Check-ins that an import brought say nothing, so the order in which a team moves in does not matter. Somebody with an
earlier enrolment or stay joins when it has ended, at the earliest; the actions hold that.
"""

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet

from courses.models import Cohort
from groups.models import Group

# Returns the groups with a check-in that was logged in Trefoil.
type GroupsThatMet = Callable[[], QuerySet[Group]]


def _none_met() -> QuerySet[Group]:
    return Group.objects.none()


_groups_that_met: GroupsThatMet = _none_met


def ask_for_check_ins(groups_that_met: GroupsThatMet) -> None:
    """Register who knows of check-ins: an app above this one."""
    global _groups_that_met
    _groups_that_met = groups_that_met


class JoiningDays:
    """The days from which people join the groups of a cohort now. One query."""

    def __init__(self, cohort: Cohort, today: date) -> None:
        self._cohort, self._today = cohort, today
        self._met = set(_groups_that_met().filter(cohort=cohort).values_list("pk", flat=True))

    def of(self, group: Group | None = None) -> date:
        """The day for a new member of the group; without one, for a new student of the cohort."""
        has_met = bool(self._met) if group is None else group.pk in self._met
        return _day(self._cohort, self._today, has_met=has_met)


def joining_day(cohort: Cohort, today: date, group: Group | None = None) -> date:
    """The same for one group, or for a new student of the cohort. One query."""
    met = _groups_that_met().filter(cohort=cohort)
    return _day(cohort, today, has_met=(met if group is None else met.filter(pk=group.pk)).exists())


def _day(cohort: Cohort, today: date, *, has_met: bool) -> date:
    return max(today, cohort.starts_on) if has_met else cohort.starts_on
