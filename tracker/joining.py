"""The first day of students and members: one rule, for pages and imports.

It is the cohort's start, until a check-in of their group was logged: whoever comes after that joins today. Somebody
with an earlier enrolment or stay joins when it has ended, at the earliest; the actions hold that.
"""

from datetime import date

from django.db.models import QuerySet

from courses.models import Cohort
from groups.models import Group


def _groups_that_met(cohort: Cohort) -> QuerySet[Group]:
    return Group.objects.filter(cohort=cohort, check_ins__isnull=False).distinct()


class JoiningDays:
    """The days from which people join the groups of a cohort now."""

    def __init__(self, cohort: Cohort, today: date) -> None:
        self._cohort, self._today = cohort, today
        self._met = set(_groups_that_met(cohort).values_list("pk", flat=True))

    def of(self, group: Group | None = None) -> date:
        """The day for a new member of the group; without one, for a new student of the cohort."""
        has_met = bool(self._met) if group is None else group.pk in self._met
        return _day(self._cohort, self._today, has_met=has_met)


def joining_day(cohort: Cohort, today: date, group: Group | None = None) -> date:
    """The same for one group, or for a new student of the cohort."""
    met = _groups_that_met(cohort)
    return _day(cohort, today, has_met=(met if group is None else met.filter(pk=group.pk)).exists())


def _day(cohort: Cohort, today: date, *, has_met: bool) -> date:
    return max(today, cohort.starts_on) if has_met else cohort.starts_on
